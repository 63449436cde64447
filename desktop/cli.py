"""``rujuk``: the program's command line, for staff of IT and for scripts; without a command it opens the window.

Parses arguments and hands over; every command does its work elsewhere. Nothing is imported before it is needed, so
``rujuk`` alone opens as quickly as the window does.
"""

import argparse
import logging
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.settings import Settings, load_settings

if TYPE_CHECKING:
    from desktop.commands.answers import Answer

#: Instead of a command: whether this installation works here.
SELF_TEST = "--self-test"

_log = logging.getLogger(__name__)

_EPILOG = """kode keluar:
  0  berhasil
  1  gagal (alasannya ditulis)
  2  cara pakai atau isian salah; tidak ada yang diubah
  3  komputer ini belum terdaftar
  4  server tidak terjangkau atau sibuk; data aman dan menunggu dikirim
  5  basis data atau kuncinya tidak dapat dipakai; berkas tidak diubah
  6  sebagian baris impor atau berkas stik ditolak; yang lain tersimpan
  7  server tidak menerima komputer atau kode ini

lingkungan:
  RUJUK_HOME  folder data, bila bukan folder bawaan pengguna
"""

_IMPORT_HELP = """Mengimpor pasien atau surat rujukan dari berkas CSV atau NDJSON.

CSV: baris pertama berisi nama kolom, pemisah koma, titik koma atau tab. NDJSON: satu objek JSON per baris.
Nama kolom adalah nama bidang (name, birth_date, ...) atau labelnya di layar (Nama lengkap, Tanggal lahir, ...);
kolom yang tidak dikenal diabaikan dan disebutkan. Pilihan ditulis dengan kode (L) atau labelnya (Laki-laki).
Tanggal: 17-08-1990, 17/08/1990 atau 1990-08-17. Waktu: tanggal dan jam setempat, 17-08-2026 14:30.

Baris yang salah ditolak dan disebutkan nomornya dengan alasannya; baris lain tetap disimpan (kode keluar 6).
Berkas yang sama boleh diimpor lagi: tidak ada yang menjadi dua, dan yang sudah ada tidak diubah. Baris dikenali dari
kolom id; tanpa itu dari nomor rekam medis, NIK, nomor JKN, atau nama bersama tanggal lahir, jenis kelamin, desa dan
nama ibu. Surat rujukan dikenali dari id atau nomor surat.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if SELF_TEST in given:
        from desktop.self_test import main as self_test

        return self_test([word for word in given if word != SELF_TEST])
    parser = _parser()
    chosen = parser.parse_args(arguments)
    settings = load_settings(chosen.home)
    if chosen.command is None:
        from desktop.app import run

        return run(chosen.home)
    _write_utf8()
    if chosen.command == "demo":
        return _demo(chosen)
    from desktop.commands.answers import failure, show
    from sync.errors import RujukError

    try:
        answer = _run(chosen, settings)
    except (RujukError, OSError) as error:
        answer = failure(error)
    except Exception as error:  # noqa: BLE001 - a bug: a calm sentence for the user, the place without values for the log
        _log_bug(settings)
        answer = failure(error)
    return show(answer, as_json=chosen.json)


def _run(chosen: argparse.Namespace, settings: Settings) -> "Answer":
    if chosen.command == "enrol":
        return _enrol(chosen, settings)
    if chosen.command == "sync":
        from desktop.commands.exchanging import sync_now

        return sync_now(settings)
    if chosen.command == "import":
        from desktop.commands.importing import import_file

        return import_file(settings, chosen.file, type_name=chosen.type, author_name=chosen.author)
    if chosen.command in ("update", "practice"):
        return _this_program(chosen, settings)
    if chosen.command == "bundle":
        from desktop.commands import sticks

        return (sticks.export_bundle if chosen.action == "export" else sticks.import_bundles)(settings, chosen.path)
    groups = {"hub": _hub, **dict.fromkeys(("rescue", "copy", "take-over"), _bad_day)}
    groups.update(dict.fromkeys(("day-end", "receipt", "sync-test"), _proof))
    if chosen.command in groups:
        return groups[chosen.command](chosen, settings)
    from desktop.commands import looking

    if chosen.command == "patients":
        return looking.find_patients(settings, " ".join(chosen.text), chosen.limit)
    if chosen.command == "referrals":
        return looking.list_referrals(settings, chosen.box, chosen.limit)
    return looking.status(settings)


def _enrol(chosen: argparse.Namespace, settings: Settings) -> "Answer":
    from desktop.commands.exchanging import enrol_again, enrol_by_file, enrol_pc

    if chosen.file is not None and not chosen.again:
        return enrol_by_file(settings, chosen.file, chosen.name)
    if chosen.file is not None or chosen.server is None or chosen.code is None:
        from desktop.commands.answers import WrongUsage

        raise WrongUsage("Sebutkan --server URL dan --code KODE (juga dengan --again), atau --file BERKAS.")
    if chosen.again:
        return enrol_again(settings, server=chosen.server, code=chosen.code)
    return enrol_pc(settings, server=chosen.server, code=chosen.code, name=chosen.name)


def _this_program(chosen: argparse.Namespace, settings: Settings) -> "Answer":
    if chosen.command == "update":
        from desktop.commands import updating

        return (updating.find_update if chosen.look else updating.take_update)(settings, chosen.file)
    from desktop.demo.practice_command import practice

    return practice(settings, fresh=chosen.fresh)


def _hub(chosen: argparse.Namespace, settings: Settings) -> "Answer":
    from desktop.commands import hub

    if chosen.action in ("on", "off"):
        return hub.switch(settings, on=chosen.action == "on")
    if chosen.action == "pair":
        return hub.pair(settings, chosen.address, chosen.code)
    return {"status": hub.status, "code": hub.show_code, "find": hub.find_hubs, "leave": hub.leave}[chosen.action](
        settings
    )


def _bad_day(chosen: argparse.Namespace, settings: Settings) -> "Answer":
    from desktop.commands import rescuing

    if chosen.command == "rescue":
        return rescuing.rescue_file(settings, chosen.copies)
    if chosen.command == "take-over":
        return rescuing.take_over(settings, chosen.file, chosen.key)
    if chosen.action == "now":
        return rescuing.copy_now(settings, chosen.folder)
    return rescuing.list_copies(settings)


def _proof(chosen: argparse.Namespace, settings: Settings) -> "Answer":
    from desktop.commands import proving, roads

    if chosen.command == "day-end":
        wait_s = proving.WAIT_S if chosen.wait is None else chosen.wait
        said = {"say": proving.teller(as_json=chosen.json)} if chosen.progress else {}
        return proving.day_end(settings, wait_s, **said)
    if chosen.command == "sync-test":
        return roads.sync_test(settings)
    if chosen.action == "verify":
        return proving.verify_receipt(settings, chosen.file, chosen.key)
    if chosen.action == "show":
        return proving.show_receipt(settings, chosen.name)
    return proving.list_receipts(settings)


def _demo(chosen: argparse.Namespace) -> int:
    from desktop.demo.command import run_demo

    return run_demo(headless=chosen.headless, out=chosen.out, as_json=chosen.json, home=chosen.home, fresh=chosen.fresh)


def _add_hub(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    hub = commands.add_parser("hub", help="komputer yang melayani komputer lain di fasilitas ini")
    actions = hub.add_subparsers(dest="action", metavar="AKSI", required=True)
    for name, words in (
        ("status", "hub dan komputer lain, kapan terakhir terdengar"),
        ("on", "jadikan komputer ini hub"),
        ("off", "komputer ini bukan hub lagi"),
        ("code", "kode baru untuk satu komputer (di komputer hub)"),
        ("find", "cari hub di jaringan ini"),
        ("leave", "tidak memakai hub lagi"),
    ):
        actions.add_parser(name, parents=[common], help=words)
    pair = actions.add_parser("pair", parents=[common], help="pakai hub di alamat ini")
    pair.add_argument("address", metavar="ALAMAT", help="misalnya 192.168.1.5")
    pair.add_argument("code", metavar="KODE", help="delapan angka di layar hub")


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="rujuk", description="Rujuk. Tanpa perintah, jendela dibuka.", epilog=_EPILOG, formatter_class=raw
    )
    parser.add_argument("--home", type=Path, help="folder data (bawaan: RUJUK_HOME atau folder pengguna)")
    parser.add_argument(
        SELF_TEST, action="store_true", help="periksa apakah Rujuk bekerja di komputer ini; --report BERKAS, --json"
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="tulis satu objek JSON")
    # Again here, so that it may stand after the command too without undoing what stood before it.
    common.add_argument("--home", type=Path, default=argparse.SUPPRESS, help="folder data")
    commands = parser.add_subparsers(dest="command", metavar="PERINTAH")
    commands.add_parser("status", parents=[common], help="komputer ini, isinya, dan keadaan sinkronisasi")
    commands.add_parser("sync", parents=[common], help="kirim dan terima sekarang")
    enrol = commands.add_parser("enrol", parents=[common], help="daftarkan komputer ini dengan kode sekali pakai")
    enrol.add_argument("--file", type=Path, metavar="BERKAS", help="berkas pendaftaran, sebagai ganti server dan kode")
    enrol.add_argument("--server", metavar="URL", help="alamat server kabupaten")
    enrol.add_argument("--code", metavar="KODE", help="kode sekali pakai dari Dinas Kesehatan")
    enrol.add_argument("--name", default=platform.node() or "PC", metavar="NAMA", help="nama komputer ini")
    enrol.add_argument(
        "--again", action="store_true", help="kartu baru untuk komputer yang sudah terdaftar; data tetap di sini"
    )
    _add_hub(commands, common)
    patients = commands.add_parser("patients", help="cari pasien")
    find = patients.add_subparsers(dest="action", metavar="find", required=True)
    finding = find.add_parser("find", parents=[common], help="menurut nama, NIK, nomor JKN, nomor RM, tanggal lahir")
    finding.add_argument("text", nargs="+", metavar="TEKS", help="yang dicari")
    finding.add_argument("--limit", type=_positive, default=50, metavar="N", help="paling banyak (bawaan 50)")
    referrals = commands.add_parser("referrals", help="daftar rujukan")
    listing = referrals.add_subparsers(dest="action", metavar="list", required=True)
    listed = listing.add_parser("list", parents=[common], help="yang terkirim atau yang masuk")
    box = listed.add_mutually_exclusive_group()
    box.add_argument("--sent", dest="box", action="store_const", const="sent", help="yang ditulis di sini")
    box.add_argument("--inbox", dest="box", action="store_const", const="inbox", help="yang ditujukan ke sini")
    listed.add_argument("--limit", type=_positive, default=300, metavar="N", help="paling banyak (bawaan 300)")
    _add_import(commands, common)
    _add_bad_days(commands, common)
    practice = commands.add_parser("practice", parents=[common], help="siapkan data latihan di folder tersendiri")
    practice.add_argument("--fresh", action="store_true", help="mulai latihan dari awal")
    update = commands.add_parser("update", parents=[common], help="pasang pembaruan dari berkas saat Rujuk dibuka lagi")
    update.add_argument("file", type=Path, metavar="BERKAS", help="berkas .rujuk-update")
    update.add_argument("--look", action="store_true", help="hanya sebutkan yang dapat dipasang dari stik BERKAS")
    _add_bundle(commands, common)
    _add_proof(commands, common)
    demo = commands.add_parser("demo", parents=[common], help="kabupaten contoh untuk dicoba")
    demo.add_argument("--headless", action="store_true", help="mainkan sendiri tanpa layar")
    demo.add_argument("--out", type=Path, metavar="FOLDER", help="simpan gambar setiap layar di sini (demo-out)")
    demo.add_argument("--fresh", action="store_true", help="mulai dari awal, tanpa yang ditulis sebelumnya")
    return parser


def _add_bundle(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser
) -> None:
    bundle = commands.add_parser("bundle", help="kirim dan terima lewat stik, tanpa internet")
    ways = bundle.add_subparsers(dest="action", metavar="export|import", required=True)
    out = ways.add_parser("export", parents=[common], help="tulis semua yang belum terkirim, tersegel untuk server")
    out.add_argument("path", type=Path, metavar="BERKAS|FOLDER", help="stik, atau nama berkas .rujuk")
    back = ways.add_parser("import", parents=[common], help="baca jawaban; antarkan yang ditujukan kepada server")
    back.add_argument("path", type=Path, metavar="BERKAS|FOLDER", help="stik (semua berkas .rujuk) atau satu berkas")


def _add_import(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser
) -> None:
    importing = commands.add_parser(
        "import",
        parents=[common],
        help="impor pasien atau rujukan dari CSV atau NDJSON",
        description=_IMPORT_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    importing.add_argument("file", type=Path, metavar="BERKAS", help="berkas .csv, atau .ndjson/.jsonl")
    importing.add_argument("--type", choices=("patient", "referral"), help="jenis baris (bawaan: menurut kolomnya)")
    importing.add_argument("--as", dest="author", metavar="NAMA", help="petugas yang mengimpor (bawaan: komputer ini)")
    importing.epilog = _field_list()


def _add_bad_days(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser
) -> None:
    rescue = commands.add_parser("rescue", parents=[common], help="selamatkan isi berkas data yang rusak")
    words = "baca salinan di folder ini, bukan di folder salinan yang terakhir dipakai"
    rescue.add_argument("--from", "--copies", dest="copies", type=Path, metavar="FOLDER", help=words)
    copy = commands.add_parser("copy", help="salinan terenkripsi data komputer ini")
    actions = copy.add_subparsers(dest="action", metavar="now|list", required=True)
    now = actions.add_parser("now", parents=[common], help="buat salinan sekarang")
    now.add_argument("--folder", type=Path, metavar="FOLDER", help="mulai sekarang simpan di folder ini")
    actions.add_parser("list", parents=[common], help="salinan yang ada")
    taking = commands.add_parser("take-over", parents=[common], help="ambil dari sebuah salinan yang belum ada di sini")
    taking.add_argument("file", type=Path, metavar="BERKAS", help="berkas .salinan atau rujuk.db lama")
    taking.add_argument("--key", metavar="KUNCI", help="kuncinya, bila salinan komputer lain (64 angka heksadesimal)")


def _add_proof(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser
) -> None:
    day = commands.add_parser("day-end", parents=[common], help="sinkron akhir hari, dengan tanda terima dari server")
    day.add_argument(
        "--wait", type=float, metavar="DETIK", help="paling lama menunggu kabar komputer lain (biasanya 100)"
    )
    day.add_argument("--progress", action="store_true", help="sebutkan yang sedang dikerjakan")
    commands.add_parser("sync-test", parents=[common], help="uji jalan ke server langkah demi langkah")
    receipt = commands.add_parser("receipt", help="tanda terima akhir hari")
    actions = receipt.add_subparsers(dest="action", metavar="list|show|verify", required=True)
    actions.add_parser("list", parents=[common], help="yang disimpan di komputer ini")
    show = actions.add_parser("show", parents=[common], help="isi satu tanda terima (bawaan: yang terbaru)")
    show.add_argument("name", nargs="?", metavar="NAMA", help="nama berkasnya")
    verify = actions.add_parser("verify", parents=[common], help="periksa keaslian sebuah berkas")
    verify.add_argument("file", type=Path, metavar="BERKAS", help="berkas .rujuk-receipt")
    verify.add_argument("--key", metavar="KUNCI", help="kunci publik server, untuk komputer yang tidak terdaftar")


def _field_list() -> str:
    """The fields of both kinds of rows, from the record types themselves."""
    from sync.records import Patient, Referral

    parts = []
    for title, cls in (("pasien", Patient), ("rujukan", Referral)):
        lines = [
            f"  {field.name}{'*' if field.required else ''}: {field.label}"
            + (f" ({', '.join(field.choices)})" if field.choices else "")
            for field in cls.type.fields.values()
        ]
        parts.append(f"kolom {title} (* wajib; juga: id):\n" + "\n".join(lines))
    return "\n\n".join(parts) + (
        "\n\nPada rujukan, patient boleh diganti patient_nik, patient_jkn_number atau patient_record_number, dan\n"
        "to_facility diisi kode faskes atau nama rumah sakit. from_facility tidak diisi: selalu fasilitas ini.\n"
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _write_utf8() -> None:
    """Windows consoles and pipes use an old code page unless told otherwise."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _log_bug(settings: Settings) -> None:
    from desktop.logs import start_log

    try:
        start_log(settings, "command")
    except OSError as error:
        print(f"log: {type(error).__name__}", file=sys.stderr)
    _log.exception("a command failed")


if __name__ == "__main__":
    sys.exit(main())
