using System;
using System.Collections.Immutable;
using System.Linq;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

/// <summary>One target and its share of the position.</summary>
/// <param name="Share">Above 0; shares need not sum to 1.</param>
public sealed record PlannedTarget(Leg Leg, decimal Price, decimal Share);

/// <summary>An entry, its stop and its targets, all on ticks and steps of the instrument.</summary>
public sealed record BracketPlan
{
    public required Side Side { get; init; }
    public required decimal Quantity { get; init; }

    /// <summary>Of a Limit entry; null: at the market.</summary>
    public decimal? LimitPrice { get; init; }

    public required decimal StopPrice { get; init; }

    /// <summary>One to three, nearest first.</summary>
    public required ImmutableArray<PlannedTarget> Targets { get; init; }

    public required decimal TickSize { get; init; }
    public required decimal LotSize { get; init; }

    /// <summary>The smallest order; at least one step.</summary>
    public required decimal MinQuantity { get; init; }

    /// <summary>
    /// How much of a position of that size each target takes: on steps, nothing or at least the smallest order, in sum the
    /// whole. What does not come to an order of its own goes to the last target.
    /// </summary>
    public ImmutableArray<decimal> Allocate(decimal quantity)
    {
        var shares = Targets.Sum(target => target.Share);
        var parts = Targets.Select(target => decimal.Floor(quantity * target.Share / shares / LotSize) * LotSize).ToArray();
        var last = parts.Length - 1;
        for (var i = 0; i < last; i += 1) if (parts[i] < MinQuantity) parts[i] = 0;
        parts[last] = quantity - parts[..last].Sum();
        for (var i = last - 1; i >= 0 && parts[last] < MinQuantity; i -= 1)
        {
            parts[last] += parts[i];
            parts[i] = 0;
        }
        return [.. parts];
    }

    /// <summary>With the prices of an amended signal, on ticks. A target that is not named keeps its price.</summary>
    public BracketPlan Amended(decimal stopLoss, decimal? tp1, decimal? tp2, decimal? tp3) => this with
    {
        StopPrice = Ticks.Nearest(stopLoss, TickSize),
        Targets =
        [
            .. Targets.Select(target =>
            {
                var moved = target.Leg switch { Leg.Tp1 => tp1, Leg.Tp2 => tp2, _ => tp3 };
                return moved is { } price ? target with { Price = Ticks.Nearest(price, TickSize) } : target;
            }),
        ],
    };
}

internal static class Ticks
{
    public static decimal Down(decimal price, decimal tick) => decimal.Floor(price / tick) * tick;

    public static decimal Up(decimal price, decimal tick) => decimal.Ceiling(price / tick) * tick;

    public static decimal Nearest(decimal price, decimal tick) =>
        Math.Round(price / tick, MidpointRounding.AwayFromZero) * tick;
}
