using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace Tapewire.Bridge.Wire;

/// <summary>What became of one signal on one account. Its id is <c>signal id.account</c>.</summary>
public sealed record Delivery
{
    public required string Id { get; init; }
    public required string SignalId { get; init; }
    public required string Account { get; init; }
    public required Intent Intent { get; init; }
    public string? Symbol { get; init; }
    public required DeliveryState State { get; init; }
    public string? Reason { get; init; }

    /// <summary>Of the grant that holds; grows with each.</summary>
    public long? Fence { get; init; }

    public string? ClientOrderId { get; init; }
    public string? Session { get; init; }
    public string? Consumer { get; init; }
    public long? Epoch { get; init; }
    public DateTimeOffset? DeadlineAt { get; init; }
    public string? OrderId { get; init; }
    public decimal? Qty { get; init; }
    public decimal? FilledQty { get; init; }
    public decimal? AvgPrice { get; init; }
    public decimal? ExitPrice { get; init; }
    public decimal? Fees { get; init; }

    /// <summary>Positive is worse than wanted.</summary>
    public decimal? SlippageBps { get; init; }

    public IReadOnlyList<string>? Flags { get; init; }
    public IReadOnlyList<DeliveryStep>? History { get; init; }
    public IReadOnlyList<LatencyStage>? Latency { get; init; }
}

public sealed record DeliveryStep
{
    public required long Seq { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DeliveryState State { get; init; }
    public required string By { get; init; }
    public required string Reason { get; init; }
    public ToldReport? Report { get; init; }
}

/// <summary>A report as the history keeps it: without whose it was.</summary>
public sealed record ToldReport
{
    public required string ReportId { get; init; }
    public required ReportType Type { get; init; }
    public required Leg Leg { get; init; }
    public string? OrderId { get; init; }
    public string? ClientOrderId { get; init; }
    public decimal? Qty { get; init; }
    public decimal? CumQty { get; init; }
    public decimal? LeavesQty { get; init; }
    public decimal? Price { get; init; }
    public decimal? AvgPrice { get; init; }
    public decimal? Fee { get; init; }
    public string? FeeAsset { get; init; }
    public DateTimeOffset? VenueTime { get; init; }
    public string? Reason { get; init; }
    public IReadOnlyDictionary<string, double>? Latency { get; init; }
}

public sealed record LatencyStage
{
    public required string Stage { get; init; }
    public DateTimeOffset? At { get; init; }

    /// <summary>Since the stage before.</summary>
    public double? Ms { get; init; }
}

/// <summary>GET /deliveries.</summary>
public sealed record DeliveryPage
{
    public required IReadOnlyList<Delivery> Deliveries { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Next { get; init; }
}
