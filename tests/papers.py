"""Papers as people send them, made for tests: scans, photographs, and PDF files with things in them that act."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject


def photo(name: str = "id card.jpg", *, kind: str = "JPEG", size: tuple[int, int] = (400, 300)) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(kind, size))


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def scan(name: str = "letter.pdf", *, pages: int = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf(pages=pages))


def pdf(*, pages: int = 1, password: str = "") -> bytes:
    writer = PdfWriter()
    for n in range(pages):
        draw(writer.add_blank_page(200, 200), f"BT /F1 12 Tf 20 100 Td (page {n + 1}) Tj ET".encode())
    if password:
        writer.encrypt(password)
    return written(writer)


def hostile_pdf() -> bytes:
    """One page with a script that runs when it opens, a program, a link that starts one, a filled-in field, a
    photograph that says where it was taken, and a drawing that is loaded from elsewhere."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    draw(page, b"/Im1 Do BT /F1 12 Tf 20 100 Td (kept-words) Tj ET")
    script = dictionary(S="/JavaScript", JS=TextStringObject("scriptthatacts"))
    writer.root_object[NameObject("/OpenAction")] = script
    writer.add_attachment("program.exe", b"MZ-program-inside")
    writer.add_metadata({"/Author": "Author-WANG"})
    page[NameObject("/AA")] = dictionary(O=script)
    field = DecodedStreamObject()
    field.set_data(b"BT (filled-in-words) Tj ET")
    field.update(dictionary(Type="/XObject", Subtype="/Form", BBox=numbers(0, 0, 50, 10)))
    page[NameObject("/Annots")] = ArrayObject(
        [
            dictionary(
                Type="/Annot", Subtype="/Link", Rect=numbers(0, 0, 9, 9), A=dictionary(S="/Launch", F="/launched")
            ),
            dictionary(
                Type="/Annot", Subtype="/Widget", Rect=numbers(0, 0, 50, 10), A=script,
                AP=dictionary(N=writer._add_object(field)),
            ),
        ]
    )  # fmt: skip
    image = DecodedStreamObject()
    exif = Image.Exif()
    exif[0x010F] = "Phone-of-WANG"
    image.set_data(picture(size=(40, 30), exif=exif.tobytes(), comment=b"Comment-of-WANG"))
    image.update(
        dictionary(
            Type="/XObject", Subtype="/Image", Width=NumberObject(40), Height=NumberObject(30), Filter="/DCTDecode",
            ColorSpace="/DeviceRGB", BitsPerComponent=NumberObject(8), Ref=dictionary(F="/loaded-from-elsewhere"),
        )
    )  # fmt: skip
    page["/Resources"][NameObject("/XObject")] = dictionary(Im1=writer._add_object(image))
    return written(writer)


def draw(page: Any, content: bytes) -> None:
    stream = DecodedStreamObject()
    stream.set_data(content)
    page[NameObject("/Contents")] = stream
    page["/Resources"][NameObject("/Font")] = dictionary(
        F1=dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica")
    )


def dictionary(**given: Any) -> DictionaryObject:
    return DictionaryObject(
        {NameObject(f"/{key}"): NameObject(value) if type(value) is str else value for key, value in given.items()}
    )


def numbers(*given: int) -> ArrayObject:
    return ArrayObject(map(NumberObject, given))


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
