"""Sizes: files and functions stay small enough to be seen at once."""

from statistics import median

FILE_LIMIT, FILE_MEDIAN = 400, 100
FUNCTION_LIMIT, FUNCTION_MEDIAN = 40, 8


def test_files_are_short(modules, test_modules, figure):
    sizes = {module.name: module.text.count("\n") for module in modules}
    longest = max(sizes, key=sizes.get)
    figure(
        f"longest file: {longest}, {sizes[longest]} lines; median {median(sizes.values()):.0f} of {len(sizes)} files"
    )
    sizes |= {module.name: module.text.count("\n") for module in test_modules}
    assert {name: size for name, size in sizes.items() if size > FILE_LIMIT} == {}


def test_the_median_file_is_short(modules):
    assert median(module.text.count("\n") for module in modules) <= FILE_MEDIAN


def test_functions_are_short(modules, test_modules, figure):
    sizes = dict(place for module in modules for place in module.functions())
    longest = max(sizes, key=sizes.get)
    figure(f"longest function: {longest}, {sizes[longest]} lines; median {median(sizes.values()):.0f} of {len(sizes)}")
    sizes |= dict(place for module in test_modules for place in module.functions())
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LIMIT} == {}


def test_the_median_function_is_short(modules):
    assert median(size for module in modules for _, size in module.functions()) <= FUNCTION_MEDIAN
