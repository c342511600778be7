using System;
using System.Collections.Generic;
using System.Linq;

namespace Tapewire.Bridge.Trading;

/// <summary>
/// What the platform calls an instrument, as the server calls it. ATAS has <c>ETHUSDT@BinanceFutures</c> where the server
/// has <c>ETHUSDT</c>; without an entry of its own a name is what stands before the @, in capitals, without separators.
/// </summary>
public sealed class SymbolMap
{
    private readonly Dictionary<string, string> _entries;

    private SymbolMap(Dictionary<string, string> entries) => _entries = entries;

    public static SymbolMap Empty { get; } = new([]);

    /// <summary>Entries <c>platform name = symbol</c>, separated by commas, semicolons or line ends.</summary>
    /// <param name="problem">What cannot be read, for the person who wrote it.</param>
    public static SymbolMap? Parse(string text, out string? problem)
    {
        var entries = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in text.Split([',', ';', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var sides = entry.Split('=', StringSplitOptions.TrimEntries);
            if (sides.Length != 2 || sides[0].Length == 0 || Plain(sides[1]).Length == 0)
            {
                problem = $"the symbol map has \"{entry}\" where an entry like \"XBTUSD@Bitmex = BTCUSDT\" belongs";
                return null;
            }
            if (!entries.TryAdd(sides[0], Plain(sides[1])))
            {
                problem = $"the symbol map has \"{sides[0]}\" twice";
                return null;
            }
        }
        problem = null;
        return new SymbolMap(entries);
    }

    public string SymbolOf(string platformName) =>
        _entries.TryGetValue(platformName.Trim(), out var symbol) ? symbol : Plain(platformName.Split('@')[0]);

    private static string Plain(string name) =>
        string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
}
