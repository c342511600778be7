using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tapewire.Bridge.Wire;

/// <summary>
/// One entry of GET /events, and the data of one frame of GET /stream. <see cref="Data"/> is one of the records below, by
/// <see cref="Type"/>; types that are not known here are to be ignored.
/// </summary>
public sealed record EventEnvelope
{
    /// <summary>Where to go on after this event. Opaque.</summary>
    public required string Cursor { get; init; }

    public required long Seq { get; init; }
    public required string Type { get; init; }
    public DateTimeOffset? At { get; init; }
    public required JsonElement Data { get; init; }
}

public sealed record EventPage
{
    public required IReadOnlyList<EventEnvelope> Events { get; init; }

    /// <summary>The next <c>after</c>.</summary>
    public required string Cursor { get; init; }
}

/// <summary>The frame `open` of GET /stream.</summary>
public sealed record StreamOpen
{
    public required string Cursor { get; init; }
    public required string Oldest { get; init; }
}

/// <summary>The frame `reset` of GET /stream: events were missed, and a snapshot must take their place.</summary>
public sealed record StreamReset
{
    public string? Reason { get; init; }
    public required string Cursor { get; init; }
    public string? Oldest { get; init; }
}

/// <summary>signal.issued, signal.amended</summary>
public sealed record SignalData
{
    public required Signal Signal { get; init; }
}

/// <summary>signal.ended</summary>
public sealed record SignalEndedData
{
    public required string Id { get; init; }
    public required string Symbol { get; init; }
    public required SignalState State { get; init; }
    public required string Reason { get; init; }
}

/// <summary>session.opened</summary>
public sealed record SessionOpenedData
{
    public required string Session { get; init; }
    public required string Account { get; init; }
    public required string Consumer { get; init; }
    public required long Epoch { get; init; }
}

/// <summary>session.ended: it gave the account back; account.stale: its lease lapsed.</summary>
public sealed record SessionOverData
{
    public required string Account { get; init; }
    public required string Session { get; init; }
    public required string Consumer { get; init; }
    public required string Reason { get; init; }
}

/// <summary>account.halted, account.resumed</summary>
public sealed record AccountData
{
    public required string Account { get; init; }
    public required string Reason { get; init; }
}

/// <summary>delivery.shown</summary>
public sealed record DeliveryShownData
{
    public required string SignalId { get; init; }
    public required string Account { get; init; }
}

/// <summary>delivery.claimed, .reported, .withdrawn, .in_doubt, .resolved: the delivery as it was then.</summary>
public sealed record DeliveryData
{
    public required Delivery Delivery { get; init; }
}

/// <summary>risk.changed: what the built-in bot may do from now on.</summary>
public sealed record RiskData
{
    public required string Mode { get; init; }
    public required string Rule { get; init; }
    public required string Reason { get; init; }
    public required string By { get; init; }

    /// <summary>When it ends by itself; null when it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? Until { get; init; }
}

/// <summary>risk.day: 00:00 UTC of market time, and what the account `paper` had won or lost by then.</summary>
public sealed record RiskDayData
{
    public required DateTimeOffset Day { get; init; }
    public required decimal Net { get; init; }
}

/// <summary>notices.muted: Telegram is told alarms only until then.</summary>
public sealed record NoticesMutedData
{
    /// <summary>Null: they tell everything again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? Until { get; init; }

    public required string By { get; init; }
}

/// <summary>market.gap: nobody watched the market.</summary>
public sealed record MarketGapData
{
    /// <summary>Null: all of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Symbol { get; init; }

    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset To { get; init; }
    public required string Reason { get; init; }
}
