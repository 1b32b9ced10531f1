"""What a check prints."""


def said_by(capsys, check, *answer):
    check(*answer)
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    return printed


def assert_says(printed, says):
    assert says in printed, printed
    assert printed[0] == {"○": "○", "✓": "✓"}.get(says[0], "✗"), printed
