"""Sphinx's settings of the book; build.py copies this file beside the pages."""

import os
import re

import toymodels

project = "toymodels"
author = "the toymodels contributors"
copyright = author
release = toymodels.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinxcontrib.bibtex",
]
bibtex_bibfiles = ["references.bib"]
bibtex_reference_style = "author_year"
exclude_patterns = ["front.html"]

myst_enable_extensions = ["attrs_block", "attrs_inline", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # build.py has run them
nb_code_prompt_show = "Show the solution"
nb_code_prompt_hide = "Hide the solution"

mathjax_path = "mathjax/tex-chtml.js"

html_theme = "sphinx_book_theme"
html_title = "Superposition, in toy models"
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_js_files = [("laboratory-page.js", {"defer": "defer"}), ("book.js", {"defer": "defer"})]
html_favicon = "_static/icon.svg"
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "back_to_top_button": False,
    "navbar_persistent": [],  # the search stands in the side bar
    "secondary_sidebar_items": {
        "**": ["page-toc.html"],
        "index": [],
    },  # there: room for the picture
}
# Where a copy of the repository is on the web: then there are buttons that start it
repository = os.environ.get("REPOSITORY")
if repository:
    html_theme_options |= {
        "repository_url": repository,
        "repository_branch": "main",
        "use_repository_button": True,
        # Not Colab: it has no toymodels; the handouts begin with a cell that installs it there
        "launch_buttons": {
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        },
    }

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say what a value may be
default_role = "code"
napoleon_use_rtype = False
napoleon_use_param = False
add_module_names = False


def plain_formulas(app, what, name, obj, options, lines):
    """Docstrings write |W_i| and W^T W as they are: these are no marks of reStructuredText."""
    for k, line in enumerate(lines):
        parts = re.split(r"(`[^`]*`)", line)
        parts[::2] = [re.sub(r"([*|\\]|_(?=\W|$))", r"\\\1", part) for part in parts[::2]]
        lines[k] = "".join(parts)


def setup(app):
    app.connect("autodoc-process-docstring", plain_formulas, priority=400)  # before napoleon
