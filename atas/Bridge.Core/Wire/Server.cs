using System;
using System.Collections.Generic;

namespace Tapewire.Bridge.Wire;

/// <summary>Every refusal of /api/v1 (RFC 9457). <see cref="Code"/> is for programs, <see cref="Detail"/> for people.</summary>
public sealed record Problem
{
    public string? Type { get; init; }
    public string? Title { get; init; }
    public int? Status { get; init; }
    public required string Detail { get; init; }

    /// <summary>UPPER_SNAKE, from the table in docs/delivery.md.</summary>
    public required string Code { get; init; }

    /// <summary>ACCOUNT_HELD: who has it.</summary>
    public Holder? Holder { get; init; }

    /// <summary>ACCOUNT_HELD: until that lease lapses, unless it is renewed.</summary>
    public long? RemainingMs { get; init; }

    /// <summary>VERSION_CONFLICT: the one that holds.</summary>
    public int? Version { get; init; }

    /// <summary>CURSOR_GONE: where reading can begin.</summary>
    public string? Oldest { get; init; }

    /// <summary>CURSOR_GONE: take a snapshot.</summary>
    public bool? Reset { get; init; }
}

public sealed record Holder
{
    public string? Session { get; init; }
    public required string Consumer { get; init; }
    public long? Epoch { get; init; }
    public DateTimeOffset? Since { get; init; }
    public long? RemainingMs { get; init; }
}

/// <summary>GET /time</summary>
public sealed record ServerTime
{
    public required long ServerTimeUs { get; init; }
    public DateTimeOffset? HouseTime { get; init; }
    public DateTimeOffset? MarketTime { get; init; }

    /// <summary>Market seconds per wall second.</summary>
    public decimal? Speed { get; init; }

    /// <summary>Of the newest event.</summary>
    public required string Cursor { get; init; }

    public string? OldestCursor { get; init; }
    public string? Market { get; init; }
}

/// <summary>GET /accounts/{account}</summary>
public sealed record AccountAnswer
{
    public required Account Account { get; init; }
}

public sealed record Account
{
    // Named as its member is on the wire.
    [System.Text.Json.Serialization.JsonPropertyName("account")]
    public required string Name { get; init; }

    public required bool Halted { get; init; }
    public string? HaltedReason { get; init; }
    public string? HaltedBy { get; init; }
    public DateTimeOffset? HaltedAt { get; init; }
    public Holder? Holder { get; init; }
    public int? InDoubt { get; init; }
}

/// <summary>The frame `open` of GET /market/stream.</summary>
public sealed record MarketOpen
{
    public required string Market { get; init; }
    public required IReadOnlyList<string> Symbols { get; init; }
}

public sealed record MarketTrade
{
    public required string Symbol { get; init; }
    public required long Id { get; init; }
    public required decimal Price { get; init; }

    /// <summary>Base units.</summary>
    public required decimal Size { get; init; }

    /// <summary>Of the aggressor.</summary>
    public required Side Side { get; init; }

    public required DateTimeOffset Time { get; init; }
}

public sealed record MarketQuote
{
    public required string Symbol { get; init; }
    public required decimal Bid { get; init; }
    public required decimal BidSize { get; init; }
    public required decimal Ask { get; init; }
    public required decimal AskSize { get; init; }
    public required DateTimeOffset Time { get; init; }
}

/// <summary>Something of the market was left out for a slow reader.</summary>
public sealed record MarketReset
{
    public required string Reason { get; init; }
}
