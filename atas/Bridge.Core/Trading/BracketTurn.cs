using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

/// <summary>What need not survive a restart: after one it is learnt anew.</summary>
internal sealed class BracketMemory
{
    /// <summary>The broker's, signed; null: not heard yet.</summary>
    public decimal? Position { get; set; }

    /// <summary>What the position is says nothing of this bracket any more: a later one was entered.</summary>
    public bool HasLeftPosition { get; set; }

    /// <summary>As an event told it, which may be late.</summary>
    public decimal? PositionSaid { get; set; }

    /// <summary>As of the newest listing.</summary>
    public Quote? Quote { get; set; }

    /// <summary>The price of a stop of which the broker said that the market is beyond it.</summary>
    public decimal? PassedStopPrice { get; set; }

    /// <summary>After a restart nothing is placed before the platform said what there is.</summary>
    public bool MustList { get; set; }

    /// <summary>Times of this process and of another one are not on the same clock.</summary>
    public bool IsRestored { get; init; }

    /// <summary>Something is to be looked up.</summary>
    public bool WantsListing { get; set; }

    public long? QueriedAtMs { get; set; }

    /// <summary>Since when live orders are missing in the listings.</summary>
    public Dictionary<string, long> MissedSinceMs { get; } = [];

    /// <summary>What was open when both last agreed, and when that was.</summary>
    public (decimal Open, long AtMs)? LastOpen { get; set; }

    /// <summary>What is open by our fills and by the broker, as last looked at; and when either moved.</summary>
    public (decimal Net, decimal Position)? Seen { get; set; }
    public long MovedAtMs { get; set; }
    public Disagreement? Disagreement { get; set; }
    public long? UnprotectedSinceMs { get; set; }
    public decimal CoveredThen { get; set; }
    public long? ClosingSinceMs { get; set; }

    /// <summary>Since when a stop is filled in part and still working.</summary>
    public long? StopHitAtMs { get; set; }
    public Dictionary<string, long> PricesAwaitedSinceMs { get; } = [];
}

/// <param name="Position">In the direction of the entry.</param>
/// <param name="SinceMs">Neither side has changed since.</param>
/// <param name="OpenThen">The most that was open by our fills while it lasted.</param>
internal sealed record Disagreement(decimal Net, decimal Position, long SinceMs, decimal OpenThen);

/// <summary>One event being worked on: the state as it becomes, and what is to be done.</summary>
internal sealed class BracketTurn(BracketState state, BracketMemory memory, BracketRules rules, long nowMs)
{
    public BracketState State { get; set; } = state;
    public BracketMemory Memory { get; } = memory;
    public BracketRules Rules { get; } = rules;
    public long NowMs { get; } = nowMs;
    public List<BracketEffect> Effects { get; } = [];

    public IEnumerable<LegOrder> Of(Leg leg) => State.Orders.Where(order => order.Leg == leg);

    public void Update(LegOrder before, LegOrder after)
    {
        if (!ReferenceEquals(before, after) && before != after) State = State with { Orders = State.Orders.Replace(before, after) };
    }

    public void Alarm(Reason reason, string particulars) =>
        Effects.Add(new Alarm(reason.Name, string.Create(CultureInfo.InvariantCulture, $"{reason.Sentence} ({State.Origin.ClientOrderId}: {particulars})")));

    /// <param name="baseId">With <c>.2</c>, <c>.3</c> for later attempts, so that a late word finds the order it is about.</param>
    public void Place(string baseId, Leg leg, Side side, OrderKind kind, decimal quantity, decimal? price)
    {
        var attempt = State.Orders.Count(order => order.Comment == baseId || order.Comment.StartsWith(baseId + ".", System.StringComparison.Ordinal)) + 1;
        var comment = attempt == 1 ? baseId : $"{baseId}.{attempt.ToString(CultureInfo.InvariantCulture)}";
        var order = new LegOrder
        {
            Comment = comment, Leg = leg, Side = side, Kind = kind, Quantity = quantity, Asked = quantity, Price = price,
            SinceMs = NowMs, SentAtMs = NowMs,
        };
        State = State with { Orders = State.Orders.Add(order) };
        var isLinked = leg is not Leg.Close && State.Plan.Targets.Length == 1;
        Effects.Add(new PlaceOrder(new OrderRequest
        {
            Comment = comment,
            Leg = leg,
            Side = side,
            Kind = kind,
            Quantity = quantity,
            Price = kind == OrderKind.Limit ? price : null,
            TriggerPrice = kind == OrderKind.Stop ? price : null,
            ReduceOnly = true,
            AutoCancel = leg is not Leg.Close,
            // One fill cancels the whole group: with several targets the stop would go with the first.
            OcoGroup = isLinked ? State.Origin.ClientOrderId : null,
        }));
    }

    /// <summary>Asks for its end, when that is possible now.</summary>
    public void Cancel(LegOrder order)
    {
        if (order.Stage != OrderStage.Working || order.Pending != PendingCall.None) return;
        if (order.CancelTries > 0 && NowMs < order.SinceMs + Rules.RetryMs * System.Math.Min(order.CancelTries, 8)) return;
        Update(order, order with { Pending = PendingCall.Cancel, IsUnwanted = true, SinceMs = NowMs });
        Effects.Add(new CancelOrder(order.Comment));
    }

    /// <summary>Asks for a new quantity and price; by cancelling, where it cannot be changed.</summary>
    /// <param name="leaves">What is to be open of it.</param>
    public void Change(LegOrder order, decimal leaves, decimal? price)
    {
        if (order.Stage != OrderStage.Working || order.Pending != PendingCall.None || order.IsUnwanted) return;
        if (order.RefusesChange || !State.Connector.CanModify)
        {
            Cancel(order);
            return;
        }
        var total = order.Filled + leaves;
        Update(order, order with { Pending = PendingCall.Modify, Asked = total, Price = price, SinceMs = NowMs });
        Effects.Add(new ModifyOrder(new OrderModification
        {
            Comment = order.Comment,
            Quantity = total,
            Price = order.Kind == OrderKind.Limit ? price : null,
            TriggerPrice = order.Kind == OrderKind.Stop ? price : null,
        }));
    }
}
