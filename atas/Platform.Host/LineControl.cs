using System;
using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Tasks;

namespace Tapewire.Platform.Host;

/// <summary>
/// JSON lines in, JSON lines out. A command has a <c>cmd</c> and an <c>id</c>; its answer has the id and a <c>result</c> or an <c>error</c>.
/// The end of the input is the end of the process, and so is anything that breaks beside it.
/// </summary>
internal sealed class LineControl(TextReader reader, TextWriter writer)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The first line.</summary>
    public async Task<T> ReadConfigurationAsync<T>()
    {
        var line = await reader.ReadLineAsync().ConfigureAwait(false) ?? throw new EndOfStreamException("no configuration came");
        return JsonSerializer.Deserialize<T>(line, Json) ?? throw new InvalidDataException("the configuration is null");
    }

    public void Say(object said)
    {
        lock (writer) writer.WriteLine(JsonSerializer.Serialize(said, Json));
    }

    /// <summary>Answers one command after the other until the input ends, or until something beside it breaks.</summary>
    public async Task ServeAsync(Func<string, JsonElement, Task<object?>> run, Task beside)
    {
        await (await Task.WhenAny(Task.Run(() => AnswerAsync(run)), beside).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task AnswerAsync(Func<string, JsonElement, Task<object?>> run)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            using var document = JsonDocument.Parse(line);
            var command = document.RootElement;
            var id = command.GetProperty("id").GetInt64();
            try
            {
                Say(new { id, result = await run(command.GetProperty("cmd").GetString()!, command).ConfigureAwait(false) });
            }
            catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or JsonException)
            {
                Say(new { id, error = fault.Message });
            }
        }
    }
}
