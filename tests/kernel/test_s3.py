"""Files in object storage by a setting alone, against a real S3 interface."""

import io

import boto3
import pytest
from moto.server import ThreadedMotoServer

from app.board import acts
from app.core import files
from app.extensions import db
from app.spaces.models import Space


@pytest.fixture(scope="module")
def bucket():
    """A bucket on a server of its own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    patch = pytest.MonkeyPatch()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "for-tests")
    endpoint = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="convivio")
    yield f"s3://convivio?endpoint={endpoint}&region=us-east-1&prefix=kept/"
    patch.undo()
    server.stop()


@pytest.fixture
def settings(bucket):
    return {"FILES_URL": bucket}


def test_a_file_goes_into_the_bucket_and_comes_out_through_the_rule(app, cast):
    with app.app_context():
        kept = files.keep(io.BytesIO(b"in the bucket"), "note.txt")
        assert files.keep(io.BytesIO(b"in the bucket"), "again.txt").hash == kept.hash
        thread = acts.start_thread(
            cast.chair.me(), db.session.get(Space, cast.spaces.circle), topic="housing", title="Inner", body="Here",
            language="en", audience="space", files=[kept],
        )  # fmt: skip
        row = db.session.get(files.Attachment, files.of(thread.ref)[f"post:{thread.id}"][0].id)
        url = row.url
        assert list(files.store().names()) == [kept.hash]
    assert cast.neighbour.gets(url).data == b"in the bucket"
    part = cast.neighbour.gets(url, headers={"Range": "bytes=3-5"})
    assert (part.status_code, part.data) == (206, b"the")
    assert cast.outsider.gets(url).status_code == 404


def test_what_is_lost_in_the_bucket_answers_503(app, cast):
    with app.app_context():
        kept = files.keep(io.BytesIO(b"soon gone"), "note.txt")
        thread = acts.start_thread(
            cast.chair.me(), db.session.get(Space, cast.spaces.network), topic="housing", title="Open", body="Here",
            language="en", audience="members", files=[kept],
        )  # fmt: skip
        url = db.session.get(files.Attachment, files.of(thread.ref)[f"post:{thread.id}"][0].id).url
        files.store().delete(kept.hash)
    assert cast.neighbour.gets(url).status_code == 503
