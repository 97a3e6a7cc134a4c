using PPLCNet.Vision.Runtime.Models.Official;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary>The card of an official model that is not here: what it is, what is published about it, and where it lies.</summary>
internal static class OfficialCard
{
    /// <summary>Writes a table, or one line of JSON.</summary>
    public static void Write(OfficialModel model, bool asJson)
    {
        if (asJson)
        {
            JsonLine.WriteOut(json =>
            {
                json.WriteString("name", model.Name);
                json.WriteString("task", model.Task);
                json.WriteString("state", "missing");
                json.WriteNumber("bytes", OfficialList.Bytes(model));
                json.WriteNumber("parameters", model.Parameters);
                json.WriteString("license", model.License);
                WriteTexts("figures", model.Figures);
                WriteTexts("sources", model.Sources);
                json.WriteStartObject("parts");
                foreach (var (role, part) in model.Parts)
                {
                    json.WriteString(role, part);
                }

                json.WriteEndObject();
                json.WriteStartArray("files");
                foreach (var file in model.Files)
                {
                    json.WriteStartObject();
                    json.WriteString("address", file.Address);
                    json.WriteString("sha256", file.Sha256);
                    json.WriteNumber("bytes", file.Bytes);
                    json.WriteEndObject();
                }

                json.WriteEndArray();

                void WriteTexts(string name, IReadOnlyList<string> texts)
                {
                    json.WriteStartArray(name);
                    foreach (var text in texts)
                    {
                        json.WriteStringValue(text);
                    }

                    json.WriteEndArray();
                }
            });
            return;
        }

        var table = Terminal.Table("", "");
        table.HideHeaders();
        Row("name", model.Name);
        Row("task", model.Task);
        Row("state", $"not here; `pplcnet models pull {model.Name}` fetches it");
        Row("size", OfficialList.SizeText(model));
        Row("parameters", model.Parameters > 0 ? $"{model.Parameters:n0}" : "");
        Row("license", model.License);
        Row("published", string.Join('\n', model.Figures));
        Row("stated in", string.Join('\n', model.Sources));
        Row("joins", string.Join('\n', model.Parts.Select(p => $"{p.Key}: {p.Value}")));
        foreach (var file in model.Files)
        {
            Row("file", file.Address + (file.Sha256.Length > 0 ? $"\nSHA-256 {file.Sha256}" : "\nno published hash"));
        }

        Terminal.Out.Write(table);

        void Row(string name, string value)
        {
            if (value.Length > 0)
            {
                table.AddRow(new Text(name), new Text(value));
            }
        }
    }
}
