using System.Collections.Immutable;
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
}
