#:project ../src/Drawing/Drawing.csproj
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:package OpenCvSharp4.official.runtime.linux-x64
#:property PublishAot=false

// Draws samples/report.png: a page with title, text in two languages, a photo with a caption, and a table.
// Run from the repository root: dotnet run samples/draw-report.cs samples/report.png
using System.Numerics;
using PPLCNet.Vision;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;

const int Width = 1240, Height = 1600, Left = 120, Right = Width - 120;
var target = args is [var path] ? path : "samples/report.png";
var ink = new Color(20, 20, 20);
using var page = new Canvas(Width, Height, Color.White) { LineWidth = 2 };
var y = 120f;

Centered("A Small Study of Morning Coffee", 46);
y += 20;
Centered("M. Brewer and L. Cup, 12 March 2026", 24);
y += 30;
Heading("1  Introduction");
Paragraph(
    "Coffee is brewed from the roasted seeds of the coffee plant. Served hot, it warms the hands first and the",
    "mind later. This page was drawn by a program so that everything on it is known: every letter, the photo",
    "below, and the nine numbers of the table. It serves as an example for reading and for page layout.");
Heading("2  Result");
var photoTop = (int)y;
y += 400 + 34;
Centered("Figure 1: a cup of coffee, photographed from above", 22);
y += 20;
Paragraph(
    "Three cups were weighed before and after drinking. The loss is given in grams in Table 1. The third cup",
    "was larger than the others, which explains its value of 312.5 at the start.");
Centered("Table 1: weight of three cups", 22);
Table(["cup", "before", "after", "loss"], ["small", "182.0", "61.5", "120.5"], ["medium", "240.2", "75.1", "165.1"], ["large", "312.5", "98.0", "214.5"]);
Heading("3  摘要");
Paragraph("咖啡是一种由烘焙过的咖啡豆制成的饮料。早晨喝一杯热咖啡，先暖手，后提神。", "三个杯子在饮用前后都称了重量，结果见上表。");
Centered("- 1 -", 22);

var pixels = page.ToPixelBuffer();
var photo = ImageFile.Read(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(target))!, "coffee.jpg"));
for (var row = 0; row < 400; row++)
{
    var from = photo.Row(row * photo.Height / 400);
    var to = pixels.Row(photoTop + row)[(((Width - 600) / 2) * 3)..];
    for (var x = 0; x < 600; x++)
    {
        from.Slice(x * photo.Width / 600 * 3, 3).CopyTo(to[(x * 3)..]);
    }
}

ImageFile.Write(target, pixels);

void Centered(string text, float size)
{
    page.Text((Width - page.Measure(text, size)) / 2, y, text, ink, size);
    y += size * 1.3f;
}

void Heading(string text)
{
    y += 22;
    page.Text(Left, y, text, ink, 32);
    y += 44;
}

void Paragraph(params string[] lines)
{
    foreach (var line in lines)
    {
        page.Text(Left, y, line, ink, 21.5f);
        y += 31;
    }

    y += 14;
}

void Table(params string[][] rows)
{
    var top = y - 6;
    foreach (var row in rows)
    {
        page.Line(new Vector2(Left + 150, y - 6), new Vector2(Right - 150, y - 6), ink);
        y += 26;
        for (var c = 0; c < row.Length; c++)
        {
            page.Text(Left + 180 + (c * 180), y, row[c], ink, 22);
        }

        y += 14;
    }

    page.Line(new Vector2(Left + 150, y - 6), new Vector2(Right - 150, y - 6), ink);
    foreach (var x in (float[])[Left + 150, Right - 150])
    {
        page.Line(new Vector2(x, top), new Vector2(x, y - 6), ink);
    }

    y += 30;
}
