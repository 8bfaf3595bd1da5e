"""The local recogniser: OpenAI's speech interface over faster-whisper, on loopback, for the process that started it.

Started by services/adapters/openai/local-endpoint.ts. The first line of standard input is a JSON object of settings (see
`Settings`), the key among them; when standard input ends, the parent is gone and so is this process. When the model is
loaded, one line of JSON on standard output names the port. Standard error is the log; it never holds content.

    POST /v1/audio/transcriptions   file (wav, flac, mp3, ogg), model, language, prompt, temperature (0 alone),
                                    response_format (json, text, verbose_json), timestamp_granularities[] (word, segment)
    GET  /v1/models
    GET  /health                    the only one that needs no key

With the name of a settings file as its argument it is a service of its own instead (a container): it reads the settings from
there and the key from PLUMBLINE_RECOGNISER_KEY, listens where they say, and ends on SIGTERM once the requests under way are answered.

Temperature is 0 without fallback, so equal requests have equal answers: Whisper's fallback samples at random.
"""

import hmac
import io
import json
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
import wave
from dataclasses import dataclass, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SAMPLE_RATE = 16000
# Demuxers by magic bytes. Everything else is refused, so that no playlist format can make the decoder open other files.
DEMUXERS = ((b"RIFF", "wav"), (b"fLaC", "flac"), (b"OggS", "ogg"), (b"ID3", "mp3"), (b"\xff\xfb", "mp3"), (b"\xff\xf3", "mp3"))


@dataclass(frozen=True)
class Settings:
    key: str
    model_folder: str
    model_name: str
    threads: int = 1  # compute threads of one request
    parallel: int = 1  # requests computed at once
    queue: int = 16  # requests that may wait
    max_body_bytes: int = 26_214_400
    max_audio_seconds: int = 900
    memory_bytes: int = 0  # 0: no limit
    host: str = "127.0.0.1"
    port: int = 0  # 0: any that is free


class Refusal(Exception):
    """An answer other than 200; `message` quotes nothing of the request."""

    def __init__(self, status, code, message, kind="invalid_request_error", retry_after=None):
        super().__init__(message)
        self.status, self.code, self.message, self.kind, self.retry_after = status, code, message, kind, retry_after


def log(event, **values):
    sys.stderr.write(json.dumps({"event": event, **values}) + "\n")
    sys.stderr.flush()


def read_settings(line):
    given = json.loads(line)
    known = {field.name for field in fields(Settings)}
    unknown = sorted(set(given) - known)
    if unknown:
        raise SystemExit(f"speech: unknown setting {unknown[0]}")
    return Settings(**given)


def parse_multipart(content_type, body):
    """-> (fields: name -> [text], file: bytes or None). RFC 7578, for bodies that are in memory already."""
    boundary = None
    for part in content_type.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "boundary":
            boundary = value.strip('"').encode("latin-1")
    if not content_type.lower().startswith("multipart/form-data") or not boundary:
        raise Refusal(400, "not_multipart", "The request is not multipart/form-data.")
    texts, audio = {}, None
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        if part.startswith(b"--"):
            return texts, audio
        head, separator, content = part.partition(b"\r\n\r\n")
        if not separator:
            break
        name = None
        for line in head.decode("utf-8", "replace").split("\r\n"):
            if line.lower().startswith("content-disposition:"):
                for item in line.split(";")[1:]:
                    key, _, value = item.strip().partition("=")
                    if key.lower() == "name":
                        name = value.strip('"')
        if name == "file":
            audio = content
        elif name is not None:
            texts.setdefault(name.removesuffix("[]"), []).append(content.decode("utf-8", "replace"))
    raise Refusal(400, "broken_multipart", "The multipart body ends early.")


def decode(data, max_seconds):
    """-> float32 samples at 16 kHz, one channel. Plain 16 kHz WAV is read here, the rest by FFmpeg with a fixed demuxer."""
    import numpy

    limit = max_seconds * SAMPLE_RATE
    too_long = Refusal(413, "audio_too_long", f"The audio is longer than {max_seconds} s.")
    if data[:4] == b"RIFF":
        try:
            with wave.open(io.BytesIO(data)) as sound:
                if (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (SAMPLE_RATE, 1, 2):
                    if sound.getnframes() > limit:
                        raise too_long
                    frames = sound.readframes(sound.getnframes())
                    whole = frames[: len(frames) // 2 * 2]
                    return numpy.frombuffer(whole, dtype="<i2").astype(numpy.float32) / 32768.0
        except (wave.Error, EOFError):
            pass
    demuxer = next((name for magic, name in DEMUXERS if data.startswith(magic)), None)
    if demuxer is None:
        raise Refusal(400, "unknown_format", "The file is none of wav, flac, mp3, ogg.")
    import av

    blocks, count = [], 0
    try:
        with av.open(io.BytesIO(data), format=demuxer, metadata_errors="ignore") as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
            for frame in container.decode(audio=0):
                for block in resampler.resample(frame):
                    blocks.append(block.to_ndarray().reshape(-1))
                    count += blocks[-1].size
                if count > limit:
                    raise too_long
            for block in resampler.resample(None):
                blocks.append(block.to_ndarray().reshape(-1))
    except (av.error.FFmpegError, IndexError, ValueError):
        raise Refusal(400, "undecodable_audio", "The audio cannot be decoded.") from None
    if not blocks:
        return numpy.zeros(0, dtype=numpy.float32)
    return numpy.concatenate(blocks).astype(numpy.float32) / 32768.0


class Engine:
    """The model, and who may compute with it."""

    def __init__(self, settings):
        from faster_whisper import WhisperModel

        self.settings = settings
        self.model = WhisperModel(
            settings.model_folder,
            device="cpu",
            compute_type="int8",
            cpu_threads=settings.threads,
            num_workers=settings.parallel,
            local_files_only=True,
        )
        self.turn = threading.Semaphore(settings.parallel)
        self.places = threading.Semaphore(settings.parallel + settings.queue)

    def transcribe(self, samples, language, prompt, words, gone):
        """-> (segments, language), or None when nobody waits for the answer any more."""
        if language is not None:
            if not self.model.model.is_multilingual and language != "en":
                raise Refusal(400, "language_not_known", "This model knows English alone.")
            if language not in self.model.supported_languages:
                raise Refusal(400, "language_not_known", "The language is not an ISO 639-1 code that this model knows.")
        if not self.places.acquire(blocking=False):
            raise Refusal(429, "queue_full", "Too many requests wait already.", "rate_limit_error", retry_after=2)
        try:
            with self.turn:
                if gone():
                    return None
                if samples.size < SAMPLE_RATE // 100:
                    return [], language
                segments, info = self.model.transcribe(
                    samples,
                    language=language,
                    initial_prompt=prompt,
                    beam_size=5,
                    temperature=[0.0],
                    condition_on_previous_text=False,
                    vad_filter=False,
                    word_timestamps=words,
                )
                heard = []
                for segment in segments:
                    heard.append(segment)
                    if gone():
                        return None
                return heard, info.language
        finally:
            self.places.release()


def answer_of(segments, language, samples, granularities):
    """Whisper's segments as OpenAI's verbose JSON. Numbers are rounded, so that equal audio gives equal bytes."""
    body = {
        "task": "transcribe",
        "language": language,
        "duration": round(len(samples) / SAMPLE_RATE, 3),
        "text": "".join(segment.text for segment in segments).strip(),
    }
    if "word" in granularities:
        body["words"] = [
            {
                "word": word.word,
                "start": round(float(word.start), 3),
                "end": round(float(word.end), 3),
                "probability": round(float(word.probability), 3),
            }
            for segment in segments
            for word in segment.words or []
        ]
    if "segment" in granularities or "word" not in granularities:
        body["segments"] = [
            {
                "id": number,
                "seek": int(segment.seek),
                "start": round(float(segment.start), 3),
                "end": round(float(segment.end), 3),
                "text": segment.text,
                "tokens": list(segment.tokens),
                "temperature": float(segment.temperature or 0),
                "avg_logprob": round(float(segment.avg_logprob), 6),
                "compression_ratio": round(float(segment.compression_ratio), 6),
                "no_speech_prob": round(float(segment.no_speech_prob), 6),
            }
            for number, segment in enumerate(segments)
        ]
    return body


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "plumbline-speech"
    sys_version = ""
    timeout = 60

    def log_message(self, format, *arguments):
        """The base class would log request lines; what is worth knowing is logged by `log`."""

    def send(self, status, body, kind="application/json", retry_after=None):
        data = body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        if retry_after is not None:
            self.send_header("retry-after", str(retry_after))
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, refusal):
        error = {"message": refusal.message, "type": refusal.kind, "param": None, "code": refusal.code}
        self.send(refusal.status, {"error": error}, retry_after=refusal.retry_after)

    def linger(self):
        """After an answer that came before the body was read: takes the rest for a moment, or the answer would be lost with it."""
        try:
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(2)
            until, left = time.monotonic() + 2, self.server.settings.max_body_bytes
            while left > 0 and time.monotonic() < until:
                taken = len(self.connection.recv(65_536))
                if taken == 0:
                    return
                left -= taken
        except OSError:
            pass

    def authorise(self):
        given = (self.headers.get("authorization") or "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, b"Bearer " + self.server.settings.key.encode()):
            self.close_connection = True
            raise Refusal(401, "invalid_api_key", "The key is missing or wrong.", "authentication_error")

    def answer(self, work):
        try:
            work()
        except Refusal as refusal:
            log("refused", status=refusal.status, code=refusal.code)
            self.refuse(refusal)
            if self.close_connection:
                self.linger()
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except MemoryError:
            self.close_connection = True
            self.refuse(Refusal(503, "out_of_memory", "The memory limit is reached.", "server_error", retry_after=2))
        except Exception as error:  # the class alone: a message could quote what was said
            log("failed", error=type(error).__name__)
            self.close_connection = True
            self.refuse(Refusal(500, "internal_error", "Recognition failed; the log names the kind of error.", "server_error"))

    def do_GET(self):
        self.answer(self.get)

    def do_POST(self):
        self.answer(self.post)

    def get(self):
        name = self.server.settings.model_name
        if self.path == "/health":
            return self.send(200, {"status": "ok", "model": name})
        self.authorise()
        model = {"id": name, "object": "model", "created": 0, "owned_by": "local"}
        if self.path == "/v1/models":
            return self.send(200, {"object": "list", "data": [model]})
        if self.path == f"/v1/models/{name}":
            return self.send(200, model)
        raise Refusal(404, "not_found", "There is nothing at this address.")

    def read_body(self):
        length = self.headers.get("content-length")
        self.close_connection = True  # until the body has been read whole, the connection cannot be used again
        if length is None or not length.isdigit():
            raise Refusal(411, "length_required", "A content-length header is needed.")
        limit = self.server.settings.max_body_bytes
        if int(length) > limit:
            raise Refusal(413, "body_too_large", f"The request is larger than {limit} bytes.")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionError
        self.close_connection = (self.headers.get("connection") or "").lower() == "close"
        return body

    def gone(self):
        """True when the other side has hung up: nobody waits for the answer."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        try:
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    def post(self):
        started = time.monotonic()
        self.authorise()
        if self.path != "/v1/audio/transcriptions":
            self.close_connection = True
            raise Refusal(404, "not_found", "There is nothing at this address.")
        texts, audio = parse_multipart(self.headers.get("content-type") or "", self.read_body())
        form = {name: values[-1] for name, values in texts.items()}
        if audio is None:
            raise Refusal(400, "file_missing", "The form has no field `file`.")
        if form.get("model") not in (self.server.settings.model_name, "whisper-1"):
            raise Refusal(404, "model_not_found", "The model is not served here; GET /v1/models lists what is.")
        try:
            hot = float(form.get("temperature") or 0) != 0
        except ValueError:
            hot = True
        if hot:
            raise Refusal(400, "temperature_not_zero", "This server answers at temperature 0 alone.")
        shape = form.get("response_format") or "json"
        if shape not in ("json", "text", "verbose_json"):
            raise Refusal(400, "format_not_known", "response_format is none of json, text, verbose_json.")
        granularities = set(texts.get("timestamp_granularities") or ["segment"])
        if not granularities <= {"word", "segment"}:
            raise Refusal(400, "granularity_not_known", "timestamp_granularities takes word and segment.")
        samples = decode(audio, self.server.settings.max_audio_seconds)
        words = shape == "verbose_json" and "word" in granularities
        heard = self.server.engine.transcribe(
            samples, (form.get("language") or "").lower() or None, form.get("prompt") or None, words, self.gone
        )
        if heard is None:
            log("abandoned", audio_ms=len(samples) * 1000 // SAMPLE_RATE)
            self.close_connection = True
            return
        body = answer_of(*heard, samples, granularities)
        log("done", audio_ms=len(samples) * 1000 // SAMPLE_RATE, wall_ms=round((time.monotonic() - started) * 1000))
        if shape == "text":
            return self.send(200, body["text"] + "\n", "text/plain; charset=utf-8")
        self.send(200, body if shape == "verbose_json" else {"text": body["text"]})


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, settings, engine):
        super().__init__((settings.host, settings.port), Handler)
        self.settings, self.engine = settings, engine
        self.connections = threading.Semaphore(64)

    def process_request(self, request, client_address):
        if not self.connections.acquire(blocking=False):
            return self.shutdown_request(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.connections.release()

    def handle_error(self, request, client_address):
        """A broken connection is the client's affair; the class of anything else is logged."""
        kind = sys.exc_info()[0]
        if kind is not None and not issubclass(kind, (ConnectionError, TimeoutError)):
            log("connection_failed", error=kind.__name__)


def serve_alone(file):
    """As a service of its own: no parent to watch, and a drain instead of a sudden end."""
    with open(file, encoding="utf-8") as text:
        given = json.load(text)
    if len(os.environ.get("PLUMBLINE_RECOGNISER_KEY", "")) < 24:
        raise SystemExit("speech: PLUMBLINE_RECOGNISER_KEY must have at least 24 characters")
    settings = read_settings(json.dumps({**given, "key": os.environ["PLUMBLINE_RECOGNISER_KEY"]}))
    server = Server(settings, Engine(settings))
    server.daemon_threads = False  # server_close() waits for the requests under way
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    log("ready", model=settings.model_name, threads=settings.threads, port=server.server_address[1])
    server.serve_forever()
    server.server_close()


def main():
    if len(sys.argv) > 1:
        return serve_alone(sys.argv[1])
    settings = read_settings(sys.stdin.buffer.readline())
    if settings.memory_bytes:
        resource.setrlimit(resource.RLIMIT_DATA, (settings.memory_bytes, settings.memory_bytes))
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent stops us in its own order

    def watch_parent():
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=watch_parent, daemon=True).start()
    started = time.monotonic()
    server = Server(settings, Engine(settings))
    log("ready", model=settings.model_name, threads=settings.threads, load_ms=round((time.monotonic() - started) * 1000))
    sys.stdout.write(json.dumps({"port": server.server_address[1]}) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
