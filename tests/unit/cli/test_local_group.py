import json


def test_a_group_is_made_emptied_and_deleted(mlplan, project):
    done = mlplan("local", "group", "ml-engineers", "bob@example.com", "ada@example.com")
    assert (done.code, done.out) == (0, "Group ml-engineers: ada@example.com, bob@example.com.\n")
    assert mlplan("local", "group", "ml-engineers").out == "Group ml-engineers: nobody.\n"
    assert mlplan("local", "group", "ml-engineers", "--delete").out == "Deleted group ml-engineers.\n"
    done = mlplan("local", "group", "ml-engineers", "--delete")
    assert done.code == 1
    assert "MLE765" in done.err


def test_it_can_be_read_by_programs(mlplan, project):
    done = mlplan("local", "group", "-o", "json", "team", "ada@example.com")
    assert json.loads(done.out) == {"group": "team", "members": ["ada@example.com"]}


def test_deleting_takes_no_members(mlplan, project):
    done = mlplan("local", "group", "--delete", "team", "ada@example.com")
    assert done.code == 1
    assert "--delete takes no members" in done.err
