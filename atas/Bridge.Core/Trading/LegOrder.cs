using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json.Serialization;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

public enum OrderStage
{
    /// <summary>Handed to the platform; nothing was heard of it.</summary>
    Sent,

    /// <summary>The call failed, or nothing was heard for too long: it may be at the broker.</summary>
    Unknown,
    Working,
    Filled,
    Cancelled,
    Rejected,

    /// <summary>The platform does not list it any more, or never did. Whatever is heard of it still counts.</summary>
    Lost,

    /// <summary>The last look said no: never sent.</summary>
    Withheld,
}

public enum PendingCall
{
    None,
    Modify,
    Cancel,
}

public sealed record KnownFill(string Key, decimal Quantity, decimal Price, decimal? Fee, string? FeeAsset, long? VenueTimeMs);

/// <summary>
/// One order of a bracket and everything that was heard of it. Hearing something again, or late, changes nothing that
/// matters: quantities only grow, an end that was said stays, and a fill outranks a cancel, which outranks a rejection.
/// </summary>
public sealed record LegOrder
{
    public required string Comment { get; init; }
    public required Leg Leg { get; init; }
    public required Side Side { get; init; }
    public required OrderKind Kind { get; init; }

    /// <summary>As the broker has it, as far as is known; filled included.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>As it was last asked for.</summary>
    public required decimal Asked { get; init; }

    /// <summary>As last asked for: the trigger of a stop, the limit of a limit order.</summary>
    public decimal? Price { get; init; }

    public string? OrderId { get; init; }
    public OrderStage Stage { get; init; }

    /// <summary>The broker said that it is over; otherwise its end was only concluded.</summary>
    public bool IsEndSaid { get; init; }

    public bool WasWorking { get; init; }
    public ImmutableArray<KnownFill> Fills { get; init; } = [];

    /// <summary>As the order told it; its fills may come later.</summary>
    public decimal FilledSaid { get; init; }

    public string? Reason { get; init; }
    public PendingCall Pending { get; init; }

    /// <summary>When it was sent, acknowledged or last asked for something.</summary>
    public long SinceMs { get; init; }

    public long SentAtMs { get; init; }

    public int CancelTries { get; init; }

    /// <summary>A change was refused: it has to be cancelled and placed anew.</summary>
    public bool RefusesChange { get; init; }

    /// <summary>A change may have been made or not: the next listing decides.</summary>
    public bool IsChangeUnsure { get; init; }

    /// <summary>We asked for its end.</summary>
    public bool IsUnwanted { get; init; }

    public Told Told { get; init; } = new();

    [JsonIgnore]
    public decimal Filled => Math.Max(FilledSaid, FilledKnown);

    /// <summary>What is filled and has a price.</summary>
    [JsonIgnore]
    public decimal FilledKnown => Fills.Sum(fill => fill.Quantity);

    [JsonIgnore]
    public bool HasPrices => FilledKnown >= Filled;

    [JsonIgnore]
    public decimal? AveragePrice =>
        HasPrices && FilledKnown > 0 ? Fills.Sum(fill => fill.Quantity * fill.Price) / FilledKnown : null;

    [JsonIgnore]
    public decimal Leaves => Math.Max(0, Quantity - Filled);

    /// <summary>It is at the broker, or may be.</summary>
    [JsonIgnore]
    public bool IsLive => Stage is OrderStage.Sent or OrderStage.Unknown or OrderStage.Working;

    public LegOrder Heard(BrokerOrder said, long nowMs)
    {
        var order = this with
        {
            OrderId = OrderId ?? said.OrderId,
            FilledSaid = Math.Max(FilledSaid, said.Filled),
            Reason = said.Reason ?? Reason,
        };
        return said.State switch
        {
            BrokerOrderState.Pending => Stage is OrderStage.Unknown or OrderStage.Lost ? order with { Stage = OrderStage.Sent } : order,
            BrokerOrderState.Working => order.HeardWorking(said, nowMs),
            BrokerOrderState.Filled => order with
            {
                Stage = OrderStage.Filled,
                IsEndSaid = true,
                WasWorking = true,
                Pending = PendingCall.None,
                FilledSaid = Math.Max(order.FilledSaid, said.Filled > 0 ? said.Filled : said.Quantity ?? Quantity),
            },
            BrokerOrderState.Cancelled when Stage != OrderStage.Filled => order with
            {
                Stage = OrderStage.Cancelled, IsEndSaid = true, Pending = PendingCall.None,
            },
            BrokerOrderState.Rejected when Stage is not (OrderStage.Filled or OrderStage.Cancelled) => order with
            {
                Stage = OrderStage.Rejected, IsEndSaid = true, Pending = PendingCall.None,
            },
            _ => order,
        };
    }

    public LegOrder Heard(BrokerFill fill, long nowMs)
    {
        var key = fill.FillId ?? string.Create(
            CultureInfo.InvariantCulture, $"{fill.VenueTimeMs}|{fill.Price.ToString("G29", CultureInfo.InvariantCulture)}|{fill.Quantity.ToString("G29", CultureInfo.InvariantCulture)}");
        if (Fills.Any(known => known.Key == key)) return this;
        var exists = Stage is OrderStage.Sent or OrderStage.Unknown or OrderStage.Lost;
        var order = this with
        {
            OrderId = OrderId ?? fill.OrderId,
            Fills = Fills.Add(new KnownFill(key, fill.Quantity, fill.Price, fill.Fee, fill.FeeAsset, fill.VenueTimeMs)),
            Stage = exists ? OrderStage.Working : Stage,
            WasWorking = true,
            SinceMs = exists ? nowMs : SinceMs,
        };
        return order.Concluded();
    }

    private LegOrder HeardWorking(BrokerOrder said, long nowMs)
    {
        // A late word from before its end.
        if (IsEndSaid) return this;
        var quantity = said.Quantity ?? Quantity;
        var isAcknowledged = Stage != OrderStage.Working;
        var order = this with
        {
            Stage = OrderStage.Working,
            WasWorking = true,
            Quantity = quantity,
            Pending = Pending == PendingCall.Modify && quantity == Asked ? PendingCall.None : Pending,
            SinceMs = isAcknowledged && Pending == PendingCall.None ? nowMs : SinceMs,
        };
        return order.Concluded();
    }

    /// <summary>Filled to the last, unless a change is under way that may have made it larger.</summary>
    private LegOrder Concluded() =>
        Filled >= Quantity && Pending != PendingCall.Modify ? this with { Stage = OrderStage.Filled, Pending = PendingCall.None } : this;
}

/// <summary>What was reported of an order.</summary>
public sealed record Told
{
    public ReportType? Type { get; init; }
    public decimal Filled { get; init; }
    public decimal Fee { get; init; }
    public bool HasPrice { get; init; }
}
