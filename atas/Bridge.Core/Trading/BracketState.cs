using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Serialization;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

public enum BracketEnd
{
    /// <summary>Not at rest.</summary>
    None,

    /// <summary>There never was a position.</summary>
    NotEntered,

    /// <summary>There was one, and it is closed.</summary>
    Closed,

    /// <summary>Nobody knows whether the entry was sent or filled; nothing of it can be found.</summary>
    InDoubt,
}

/// <summary>
/// Everything that is to be remembered of one delivery. Plain data, read and written with <see cref="WireJson"/>. Times are
/// on the clock of the process that wrote it.
/// </summary>
public sealed record BracketState
{
    public required GrantOrigin Origin { get; init; }
    public required string SignalId { get; init; }
    public required BracketPlan Plan { get; init; }
    public required ConnectorTerms Connector { get; init; }
    public required long EntryDeadlineMs { get; init; }

    /// <summary>The entry first, then whatever was placed, oldest first.</summary>
    public required ImmutableArray<LegOrder> Orders { get; init; }

    /// <summary>The signal's version that the plan's prices come from.</summary>
    public int Version { get; init; } = 1;

    /// <summary>What somebody else closed of the position, in the position's direction.</summary>
    public decimal ClosedElsewhere { get; init; }

    /// <summary>The broker's position has shown all that our fills say was entered.</summary>
    public bool IsShown { get; init; }

    /// <summary>What was found of an entry that the broker does not list.</summary>
    public decimal Adopted { get; init; }

    /// <summary>Proven: the entry never reached the broker.</summary>
    public bool NeverArrived { get; init; }

    /// <summary>Why the entry may not rest any longer.</summary>
    public string? Withdrawn { get; init; }

    /// <summary>The CLOSE that asked for the end, if one did.</summary>
    public GrantOrigin? Close { get; init; }

    public bool IsCloseTold { get; init; }

    /// <summary>Why we close the position ourselves: a name of <see cref="Reasons"/>.</summary>
    public string? Flatten { get; init; }

    /// <summary>Why nothing can be said of the entry: a name of <see cref="Reasons"/>.</summary>
    public string? Doubt { get; init; }

    /// <summary>The entry's quantity that was reported closed.</summary>
    public decimal ToldClosed { get; init; }

    public int ReportCount { get; init; }
    public BracketEnd End { get; init; }

    /// <summary>A name of <see cref="Reasons"/>, or the broker's words.</summary>
    public string? EndReason { get; init; }

    [JsonIgnore]
    public LegOrder Entry => Orders[0];

    [JsonIgnore]
    public decimal Entered => Math.Max(Entry.Filled, Adopted);

    /// <summary>What is open by our fills, in the direction of the entry; below 0 when exits filled too much.</summary>
    [JsonIgnore]
    public decimal Net =>
        Entered - ClosedElsewhere + Orders.Skip(1).Sum(order => order.Side == Plan.Side ? order.Filled : -order.Filled);

    [JsonIgnore]
    public bool IsClosing => Close is not null || Flatten is not null;

    [JsonIgnore]
    public Side ExitSide => Plan.Side == Side.Buy ? Side.Sell : Side.Buy;

    /// <summary>A signed position, seen in the direction of the entry.</summary>
    public decimal InDirection(decimal position) => Plan.Side == Side.Buy ? position : -position;
}
