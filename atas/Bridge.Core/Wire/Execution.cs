using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace Tapewire.Bridge.Wire;

/// <summary>POST /sessions: takes the account's lease.</summary>
public sealed record SessionRequest
{
    /// <summary>What people will read: the name of this executor. At most 64 characters.</summary>
    public required string Consumer { get; init; }

    public required string Account { get; init; }

    /// <summary>32 hex digits, new for every process.</summary>
    public required string Instance { get; init; }

    /// <summary>The only ones this session may claim; empty: all.</summary>
    public IReadOnlyList<string> Symbols { get; init; } = [];

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Take it from whoever holds it.</summary>
    public bool Takeover { get; init; }
}

public sealed record SessionOpened
{
    public required string Session { get; init; }
    public required long Epoch { get; init; }
    public required long LeaseMs { get; init; }
    public required long HeartbeatMs { get; init; }

    /// <summary>Where the event stream begins for this session.</summary>
    public required string Cursor { get; init; }

    /// <summary>What an earlier holder left open: to be looked up at the venue before anything is traded.</summary>
    public required IReadOnlyList<Delivery> InDoubt { get; init; }

    public required bool Halted { get; init; }
}

public sealed record HeartbeatRequest
{
    public required long Epoch { get; init; }
}

public sealed record HeartbeatAnswer
{
    public required string Session { get; init; }
    public required long Epoch { get; init; }
    public required long LeaseMs { get; init; }
    public required bool Halted { get; init; }
}

/// <summary>DELETE /sessions/{id}: the account was given back.</summary>
public sealed record SessionReleased
{
    public required string Session { get; init; }
    public required string Account { get; init; }
    public required bool Released { get; init; }
}

public sealed record ClaimRequest
{
    public required string Session { get; init; }
    public required long Epoch { get; init; }
    public required string Account { get; init; }
}

/// <summary>What a claim was answered with.</summary>
public sealed record Grant : IJsonOnDeserialized
{
    public required Delivery Delivery { get; init; }

    /// <summary>Goes with every report.</summary>
    public required long Fence { get; init; }

    /// <summary>The id of the entry order; <c>-S</c>, <c>-1</c>, <c>-2</c>, <c>-3</c> are appended for stop and targets.</summary>
    public required string ClientOrderId { get; init; }

    /// <summary>Milliseconds from the moment the claim was SENT; null for a CLOSE, which has no end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long? ExecuteWithinMs { get; init; }

    public required Signal Signal { get; init; }

    /// <summary>An entry without a deadline would be traded at any time.</summary>
    void IJsonOnDeserialized.OnDeserialized()
    {
        if (ExecuteWithinMs is null && Signal.Intent == Intent.Entry)
            throw new System.Text.Json.JsonException("execute_within_ms cannot be null for an ENTRY");
    }
}

/// <summary>POST /deliveries/{id}/reports, as it is written to disk and sent, again and again if need be.</summary>
public sealed record ReportBody
{
    /// <summary>Chosen once; what makes a repetition harmless.</summary>
    public required string ReportId { get; init; }

    public required string Session { get; init; }
    public required long Epoch { get; init; }
    public required long Fence { get; init; }
    public required ReportType Type { get; init; }
    public required Leg Leg { get; init; }

    /// <summary>The venue's.</summary>
    public string? OrderId { get; init; }

    public string? ClientOrderId { get; init; }

    /// <summary>Base units, of this order or fill.</summary>
    public decimal? Qty { get; init; }

    /// <summary>Filled so far; this is what counts.</summary>
    public decimal? CumQty { get; init; }

    public decimal? LeavesQty { get; init; }
    public decimal? Price { get; init; }
    public decimal? AvgPrice { get; init; }

    /// <summary>What this report adds: fees are summed over reports. Negative: a rebate.</summary>
    public decimal? Fee { get; init; }

    public string? FeeAsset { get; init; }

    /// <summary>By the venue's clock.</summary>
    public DateTimeOffset? VenueTime { get; init; }

    public string? Reason { get; init; }

    /// <summary>Durations by the monotonic clock, milliseconds, at most 16.</summary>
    public IReadOnlyDictionary<string, double>? Latency { get; init; }
}

public sealed record ReportAnswer
{
    public required Delivery Delivery { get; init; }
    public required bool Duplicate { get; init; }
}
