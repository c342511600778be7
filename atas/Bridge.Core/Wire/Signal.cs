using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace Tapewire.Bridge.Wire;

/// <summary>A signal, or the instruction to CLOSE one, as every answer and event shows it. Required is what decisions rest on.</summary>
public sealed record Signal
{
    public required string Id { get; init; }
    public long? Seq { get; init; }
    public required Intent Intent { get; init; }

    /// <summary>Of a CLOSE: the signal whose position is to be closed.</summary>
    public string? Closes { get; init; }

    /// <summary>Of a CLOSE: who is asked to close. No other account can claim it.</summary>
    public IReadOnlyList<string>? Accounts { get; init; }

    /// <summary>The exchange's id: ETHUSDT.</summary>
    public required string Symbol { get; init; }

    public required Side Direction { get; init; }
    public required string Timeframe { get; init; }
    public required decimal EntryPrice { get; init; }
    public required decimal StopLoss { get; init; }

    /// <summary>The one exit of whoever trades a single target; the same as <see cref="Tp2"/>.</summary>
    public required decimal TakeProfit { get; init; }

    public decimal? Tp1 { get; init; }
    public decimal? Tp2 { get; init; }
    public decimal? Tp3 { get; init; }

    /// <summary>At most this much.</summary>
    public required int Leverage { get; init; }

    /// <summary>0 to 100.</summary>
    public required decimal SignalStrength { get; init; }

    /// <summary>0 to 100.</summary>
    public decimal? ConsensusConfidence { get; init; }

    public int? StrategiesAgree { get; init; }

    /// <summary>How much worse than the entry price the live quote may be when the order leaves; null: any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public decimal? MaxSlippageBps { get; init; }

    public string? Producer { get; init; }

    /// <summary>Where the prices come from. SIMULATED, REPLAY and DEMO are not markets.</summary>
    public required string Market { get; init; }

    public IReadOnlyList<string>? Reasons { get; init; }
    public IReadOnlyList<Vote>? Votes { get; init; }

    /// <summary>What the signal is worth, where enough was learnt to say so.</summary>
    public SignalMetadata? Metadata { get; init; }

    public int? Version { get; init; }

    /// <summary>The stamp of the guide's routes: UTC without saying so. Programs use <see cref="IssuedAt"/>.</summary>
    public string? Timestamp { get; init; }

    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>Market time, which need not be this machine's. Null: no end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Wall milliseconds left when the server said this; not a deadline to trade by. Null: no end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? ExpiresInMs { get; init; }

    public SignalState? State { get; init; }
    public Outcome? Outcome { get; init; }
    public IReadOnlyList<Delivery>? Deliveries { get; init; }
}

/// <summary>Expectancy in basis points of the entry price, net of costs. Absent until it is known; never invented.</summary>
public sealed record SignalMetadata
{
    /// <summary>Probability, 0 to 1.</summary>
    public decimal? PTakeProfit { get; init; }

    public decimal? PBreakeven { get; init; }
    public decimal? EvNetBp { get; init; }

    /// <summary>Lower confidence bound of <see cref="EvNetBp"/>: above 0 the expectancy is believed to be.</summary>
    public decimal? EvLcbBp { get; init; }
}

public sealed record Vote
{
    public required string Strategy { get; init; }
    public required Side Direction { get; init; }
    public required decimal Weight { get; init; }
    public required decimal Strength { get; init; }
    public required string Reason { get; init; }
}

public sealed record Outcome
{
    public required SignalState State { get; init; }
    public required string Reason { get; init; }
    public DateTimeOffset? At { get; init; }
}

/// <summary>GET /signals, oldest first.</summary>
public sealed record SignalPage
{
    public required IReadOnlyList<Signal> Signals { get; init; }

    /// <summary>What to send as <c>after</c> for the following page; null: there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Next { get; init; }
}

/// <summary>GET /signals/{id}, and what POST close and PATCH answer.</summary>
public sealed record SignalAnswer
{
    public required Signal Signal { get; init; }
}
