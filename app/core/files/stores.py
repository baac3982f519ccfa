"""Where bytes lie, under the hash of their content: a folder, or an S3 bucket."""

import datetime as dt
import os
import pathlib
import tempfile
import typing as t
from urllib.parse import parse_qs, urlsplit

from flask import current_app

from app.core.database import setting


class FolderStore:
    """Files in a folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    def path(self, name: str) -> pathlib.Path:
        return self.folder / name[:2] / name[2:]

    def save(self, source: pathlib.Path, name: str) -> None:
        """Move a finished file to its place; power loss leaves it whole or absent."""
        place = self.path(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, place)
        handle = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def exists(self, name: str) -> bool:
        return self.path(name).is_file()

    def open(self, name: str) -> t.BinaryIO:
        return self.path(name).open("rb")

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def names(self, before: dt.datetime | None = None) -> t.Iterator[str]:
        for path in self.folder.glob("??/*"):
            if before is None or path.stat().st_mtime < before.timestamp():
                yield path.parent.name + path.name


class BucketStore:
    """Files in an S3 bucket: s3://bucket?endpoint=…&region=…&prefix=…"""

    def __init__(self, url: str) -> None:
        import boto3

        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.bucket, self.prefix = parts.netloc, query.get("prefix", "")
        self.client = boto3.client("s3", endpoint_url=query.get("endpoint"), region_name=query.get("region"))

    def key(self, name: str) -> str:
        return f"{self.prefix}{name[:2]}/{name[2:]}"

    def save(self, source: pathlib.Path, name: str) -> None:
        self.client.upload_file(str(source), self.bucket, self.key(name))
        source.unlink()

    def exists(self, name: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self.client.head_object(Bucket=self.bucket, Key=self.key(name))
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                return False
            raise
        return True

    def open(self, name: str) -> t.BinaryIO:
        from botocore.exceptions import BotoCoreError, ClientError

        spool = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115  closed by the response
        try:
            self.client.download_fileobj(self.bucket, self.key(name), spool)
        except (BotoCoreError, ClientError) as error:
            spool.close()
            raise OSError(f"the bucket does not give {name}") from error
        spool.seek(0)
        return t.cast(t.BinaryIO, spool)

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self.key(name))

    def names(self, before: dt.datetime | None = None) -> t.Iterator[str]:
        for page in self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix
        ):
            for row in page.get("Contents", []):
                if before is not None and row["LastModified"] >= before:
                    continue
                yield row["Key"][len(self.prefix) :].replace("/", "", 1)


def store() -> FolderStore | BucketStore:
    """Return the store that the settings name."""
    known = current_app.extensions.get("files")
    if known is None:
        url, folder = setting("FILES_URL"), pathlib.Path(setting("INSTANCE_DIR"), "files")
        known = BucketStore(url) if url else FolderStore(folder)
        current_app.extensions["files"] = known
    return t.cast("FolderStore | BucketStore", known)
