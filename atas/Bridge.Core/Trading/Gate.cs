using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

public sealed record GateSettings
{
    /// <summary>As the platform names the chart's instrument: ETHUSDT@BinanceFutures.</summary>
    public required string Instrument { get; init; }

    public SymbolMap Symbols { get; init; } = SymbolMap.Empty;

    /// <summary>Empty: all.</summary>
    public ImmutableArray<string> Timeframes { get; init; } = [];

    /// <summary>0 to 100.</summary>
    public decimal StrengthMin { get; init; }

    /// <summary>Only signals whose expectancy, net of costs, is above 0 at its lower bound.</summary>
    public bool RequiresExpectancy { get; init; } = true;

    /// <summary>Narrows what the signal allows, and stands in where it says nothing.</summary>
    public decimal? MaxSlippageBps { get; init; }

    public long QuoteAgeMsMax { get; init; } = 2_000;
    public bool AllowsBuy { get; init; } = true;
    public bool AllowsSell { get; init; } = true;
}

/// <summary>What a decision rests on besides the signal.</summary>
public sealed record GateScene
{
    public Quote? Quote { get; init; }

    /// <summary>Signed, manual trades included; null: not known.</summary>
    public decimal? Position { get; init; }

    /// <summary>A bracket of ours is open or under way on this instrument.</summary>
    public bool HasOpenBracket { get; init; }

    public required Func<string, bool> HasSeen { get; init; }
}

/// <param name="Refusal">Null: trade it.</param>
/// <param name="Detail">The particulars, for a person.</param>
public sealed record Verdict(Reason? Refusal, string? Detail = null)
{
    public bool IsTrade => Refusal is null;
}

/// <summary>
/// Whether a signal that was delivered is to be traded here. Delivery may repeat; trading must not. Knows no network, no
/// platform and no clock.
/// </summary>
public sealed class Gate(GateSettings settings)
{
    private readonly string _symbol = settings.Symbols.SymbolOf(settings.Instrument);
    private readonly HashSet<string> _timeframes = new(settings.Timeframes, StringComparer.OrdinalIgnoreCase);

    /// <summary>The chart's instrument, as the server calls it.</summary>
    public string Symbol => _symbol;

    /// <param name="nowMs">On the clock of <see cref="Quote.AtMs"/>.</param>
    public Verdict Judge(Signal signal, GateScene scene, long nowMs)
    {
        // What is not for this chart at all comes first: it is not worth a line to anybody.
        if (signal.Symbol != _symbol) return new(Reasons.OtherSymbol, $"{signal.Symbol}, and this chart trades {_symbol}");
        if (scene.HasSeen(signal.Id)) return new(Reasons.AlreadySeen, signal.Id);
        // Getting out late and badly is better than not getting out: a CLOSE passes no other filter.
        if (signal.Intent == Intent.Close) return new(Refusal: null);
        return Unwanted(signal) ?? Impossible(signal, scene, nowMs) ?? new(Refusal: null);
    }

    private Verdict? Unwanted(Signal signal)
    {
        if (_timeframes.Count > 0 && !_timeframes.Contains(signal.Timeframe))
            return new(Reasons.OtherTimeframe, $"{signal.Timeframe}, and {string.Join(", ", settings.Timeframes)} is traded");
        if (!(signal.Direction == Side.Buy ? settings.AllowsBuy : settings.AllowsSell))
            return new(Reasons.OtherDirection, signal.Direction.ToString());
        if (signal.SignalStrength < settings.StrengthMin)
            return new(Reasons.TooWeak, $"{signal.SignalStrength}, and {settings.StrengthMin} is the least");
        if (!settings.RequiresExpectancy) return null;
        if (signal.Metadata?.EvLcbBp is not { } expectancy) return new(Reasons.NoExpectancy);
        return expectancy > 0 ? null : new(Reasons.LowExpectancy, $"{expectancy} bp");
    }

    private Verdict? Impossible(Signal signal, GateScene scene, long nowMs)
    {
        if (scene.HasOpenBracket) return new(Reasons.BracketOpen);
        // Our exits could not be told from somebody else's position in a netted account.
        if (scene.Position is not { } position) return new(Reasons.PositionUnknown);
        if (position != 0) return new(Reasons.NotFlat, $"{position}");
        var most = PriceGuard.Narrower(signal.MaxSlippageBps, settings.MaxSlippageBps);
        var objection = PriceGuard.Objection(signal, most, scene.Quote, nowMs, settings.QuoteAgeMsMax);
        if (objection is null) return null;
        var quote = scene.Quote is { } q ? $"{q.Bid} / {q.Ask}" : "no quote";
        return new(objection, $"{signal.Direction} at {signal.EntryPrice}, {quote}, at most {most?.ToString() ?? "any"} bps");
    }
}
