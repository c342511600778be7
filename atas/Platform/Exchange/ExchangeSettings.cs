using System;

namespace Tapewire.Platform;

/// <summary>What the exchange can do and how well it behaves. Shares are probabilities from 0 to 1; times in milliseconds.</summary>
public sealed record ExchangeSettings
{
    /// <summary>From a request to its answer; half of it passes before the exchange acts.</summary>
    public double RoundTripMs { get; init; } = 124;
    public double JitterMs { get; init; }

    /// <summary>Of requests that take <see cref="SlowMs"/> instead.</summary>
    public double SlowShare { get; init; }
    public double SlowMs { get; init; } = 2_500;
    public double RejectShare { get; init; }
    public double CancelRejectShare { get; init; }
    public double ModifyRejectShare { get; init; }

    /// <summary>Of orders that are filled in two to four parts instead of one.</summary>
    public double PartialShare { get; init; }

    /// <summary>Of orders filled in parts that lose the rest: cancelled for want of somebody to trade with.</summary>
    public double RestLostShare { get; init; }

    /// <summary>Between two parts.</summary>
    public double PartEveryMs { get; init; } = 80;

    /// <summary>Whether it knows reduce-only orders. Without, what should only close opens.</summary>
    public bool ReduceOnly { get; init; } = true;

    /// <summary>A stop that the market has reached already is rejected, as Binance does; otherwise it trades at once.</summary>
    public bool RefusesReachedStops { get; init; } = true;

    /// <summary>Of OCO groups that the exchange links itself; the others only the platform does, and only while it runs.</summary>
    public double ServerOcoShare { get; init; } = 1;
    public decimal TakerFeeBps { get; init; } = 5;
    public decimal MakerFeeBps { get; init; } = 2;
    public decimal Balance { get; init; } = 10_000;
}
