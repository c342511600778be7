using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

/// <summary>
/// One delivery from its grant to its end. A pure machine: an event and the time in, what is to be done out. Everything it
/// decides follows from what is known (<see cref="BracketState"/>), never from the order in which it was heard; so late,
/// repeated and lost words of the broker do no harm.
/// </summary>
public sealed class Bracket
{
    private readonly BracketRules _rules;
    private readonly BracketMemory _memory;

    private Bracket(BracketState state, BracketRules rules, BracketMemory memory)
    {
        State = state;
        _rules = rules;
        _memory = memory;
    }

    public BracketState State { get; private set; }

    /// <summary>At rest: nothing of it is open, under way or waited for. A late word can still wake it.</summary>
    public bool IsOver => State.End != BracketEnd.None && !_memory.WantsListing && _memory.Disagreement is null;

    /// <summary>The entry leaves: remembered first, then placed.</summary>
    /// <param name="position">The broker's; the gate saw to it that it is 0.</param>
    public static (Bracket Bracket, IReadOnlyList<BracketEffect> Effects) Open(
        GrantAccepted grant, decimal? position, BracketRules rules, long nowMs)
    {
        var plan = grant.Plan;
        var kind = plan.LimitPrice is null ? OrderKind.Market : OrderKind.Limit;
        var entry = new LegOrder
        {
            Comment = grant.Origin.ClientOrderId,
            Leg = Leg.Entry,
            Side = plan.Side,
            Kind = kind,
            Quantity = plan.Quantity,
            Asked = plan.Quantity,
            Price = plan.LimitPrice,
            SinceMs = nowMs,
            SentAtMs = nowMs,
        };
        var state = new BracketState
        {
            Origin = grant.Origin,
            SignalId = grant.SignalId,
            Plan = plan,
            Connector = grant.Connector,
            EntryDeadlineMs = grant.EntryDeadlineMs,
            Orders = [entry],
        };
        var request = new OrderRequest
        {
            Comment = entry.Comment, Leg = Leg.Entry, Side = plan.Side, Kind = kind, Quantity = plan.Quantity, Price = plan.LimitPrice,
        };
        var bracket = new Bracket(state, rules, new BracketMemory { Position = position });
        return (bracket, [new Remember(state), new PlaceOrder(request)]);
    }

    /// <summary>
    /// After a restart. What was under way is unknown until the platform says what there is; nothing is placed before. An
    /// entry that still rests has outlived its session and is withdrawn.
    /// </summary>
    public static Bracket Restore(BracketState state, BracketRules rules, long nowMs)
    {
        var orders = state.Orders.Select(order => order with
        {
            Stage = order.Stage == OrderStage.Sent ? OrderStage.Unknown : order.Stage,
            IsChangeUnsure = order.IsChangeUnsure || order.Pending == PendingCall.Modify,
            Pending = PendingCall.None,
            SinceMs = nowMs,
            SentAtMs = nowMs,
        });
        var restored = state with
        {
            Orders = [.. orders],
            EntryDeadlineMs = nowMs,
            Withdrawn = state.Withdrawn ?? "restarted",
        };
        return new Bracket(restored, rules, new BracketMemory { MustList = true, IsRestored = true });
    }

    /// <summary>The next one has been entered, and the position is its own from now on.</summary>
    internal void LeavePosition()
    {
        _memory.HasLeftPosition = true;
        _memory.Disagreement = null;
    }

    public bool Knows(string? comment, string? orderId) => Find(State, comment, orderId) is not null;

    public IReadOnlyList<BracketEffect> Apply(BracketEvent happened, long nowMs)
    {
        var before = State;
        var turn = new BracketTurn(State, _memory, _rules, nowMs);
        Fold(turn, happened);
        Steer(turn);
        BracketReports.Write(turn);
        turn.State = WithEnd(turn);
        State = turn.State;
        if (!ReferenceEquals(before, State)) turn.Effects.Insert(0, new Remember(State));
        return turn.Effects;
    }

    private static void Fold(BracketTurn turn, BracketEvent happened)
    {
        switch (happened)
        {
            case OrderChanged { Order: var said } when Find(turn.State, said.Comment, said.OrderId) is { } order:
                turn.Update(order, order.Heard(said, turn.NowMs));
                break;
            case OrderFilled { Fill: var fill } when Find(turn.State, fill.Comment, fill.OrderId) is { } order:
                turn.Update(order, order.Heard(fill, turn.NowMs));
                break;
            case RegisterFailed(var comment, var reason) when Find(turn.State, comment, null) is { } order:
                turn.Update(order, order.Heard(new BrokerOrder { State = BrokerOrderState.Rejected, Reason = reason }, turn.NowMs));
                if (order.IsLive && order.Leg == Leg.Stop) ExitSteering.StopRefused(turn, order, reason);
                if (order.IsLive && order.Leg != Leg.Entry)
                    turn.Alarm(order.Leg == Leg.Close ? Reasons.CloseRefused : Reasons.ExitRefused, $"{comment}: {reason}");
                if (order.IsLive && order.Leg is (Leg.Tp1 or Leg.Tp2 or Leg.Tp3) && ExitSteering.IsGivenUp(turn, order.Leg))
                    turn.Alarm(Reasons.TargetGivenUp, $"{order.Leg}");
                break;
            case CancelFailed(var comment, var reason) when Find(turn.State, comment, null) is { Pending: PendingCall.Cancel } order:
                turn.Update(order, order with { Pending = PendingCall.None, CancelTries = order.CancelTries + 1, SinceMs = turn.NowMs });
                if (order.CancelTries == 2) turn.Alarm(Reasons.CancelRefused, $"{comment}: {reason}");
                // It may be over already.
                turn.Memory.WantsListing = true;
                break;
            case ModifyFailed(var comment, _) when Find(turn.State, comment, null) is { Pending: PendingCall.Modify } order:
                turn.Update(order, order with { Pending = PendingCall.None, RefusesChange = true, Asked = order.Quantity });
                turn.Memory.WantsListing = true;
                break;
            case OutcomeUnknown(var comment, var reason) when Find(turn.State, comment, null) is { } order:
                turn.Update(order, Unsure(order, reason));
                turn.Memory.WantsListing = true;
                break;
            case PositionChanged(var position):
                // May be late: what the platform shows at this moment counts.
                if (turn.Memory.Position != position) turn.Memory.WantsListing = true;
                turn.Memory.Position ??= position;
                turn.Memory.PositionSaid = position;
                break;
            case OrdersListed(var listing):
                Listed(turn, listing);
                break;
            case CloseRequested(var origin) when turn.State.Close is null:
                turn.State = turn.State with { Close = origin };
                break;
            case SignalAmended amended when amended.Version > turn.State.Version:
                turn.State = turn.State with
                {
                    Version = amended.Version,
                    Plan = turn.State.Plan.Amended(amended.StopLoss, amended.Tp1, amended.Tp2, amended.Tp3),
                };
                break;
            case DoubtResolved when turn.State.IsInDoubt:
                turn.State = turn.State with { IsDoubtResolved = true };
                break;
            case EntryWithdrawn(var reason) when turn.State.Withdrawn is null:
                turn.State = turn.State with { Withdrawn = reason };
                break;
            case EntryWithheld(var reason) when turn.State.Entry is { Stage: OrderStage.Sent, Filled: 0 } entry:
                turn.Update(entry, entry with { Stage = OrderStage.Withheld, Reason = reason });
                break;
        }
    }

    private static LegOrder Unsure(LegOrder order, string reason) => order switch
    {
        { Stage: OrderStage.Sent } => order with { Stage = OrderStage.Unknown, Reason = reason },
        { Pending: PendingCall.Modify } => order with { Pending = PendingCall.None, IsChangeUnsure = true },
        _ => order,
    };

    private static void Listed(BracketTurn turn, OrdersListing listing)
    {
        var memory = turn.Memory;
        memory.MustList = false;
        memory.WantsListing = false;
        memory.Position = listing.Position ?? memory.PositionSaid;
        memory.Quote = listing.Quote;
        foreach (var order in turn.State.Orders)
        {
            var said = listing.Orders.LastOrDefault(each => each.Comment == order.Comment)
                ?? listing.Orders.LastOrDefault(each => each.OrderId is not null && each.OrderId == order.OrderId);
            if (said is not null || !order.IsLive) memory.MissedSinceMs.Remove(order.Comment);
            if (said is not null) turn.Update(order, Verified(order.Heard(said, turn.NowMs), said, turn));
            if (said is not null || !order.IsLive) continue;
            // A listing can be older than what was just sent.
            if (memory.MissedSinceMs.TryAdd(order.Comment, turn.NowMs)) turn.Memory.WantsListing = true;
            if (order.Leg == Leg.Entry || turn.NowMs < memory.MissedSinceMs[order.Comment] + turn.Rules.NotListedMs) continue;
            turn.Update(order, order with { Stage = OrderStage.Lost, Pending = PendingCall.None });
        }
        // What exits have filled is known by now, so what the position shows beyond that is the entry's.
        if (memory.MissedSinceMs.ContainsKey(turn.State.Entry.Comment)) EntrySteering.Missed(turn, listing);
        PositionWatch.Look(turn);
        PositionWatch.Settle(turn);
    }

    /// <summary>What was asked of it and not answered: the listing says whether it was done.</summary>
    private static LegOrder Verified(LegOrder order, BrokerOrder said, BracketTurn turn)
    {
        if (order.Stage != OrderStage.Working) return order;
        if (order.Pending != PendingCall.None && turn.NowMs >= order.SinceMs + turn.Rules.AckTimeoutMs)
            order = order with { Pending = PendingCall.None, IsChangeUnsure = order.Pending == PendingCall.Modify, CancelTries = order.CancelTries + 1 };
        return order.IsChangeUnsure
            ? order with { IsChangeUnsure = false, Asked = order.Quantity, Price = said.Price ?? order.Price }
            : order;
    }

    private static void Steer(BracketTurn turn)
    {
        PositionWatch.Look(turn);
        foreach (var order in turn.State.Orders)
        {
            if (order.Stage == OrderStage.Sent && turn.NowMs >= order.SinceMs + turn.Rules.AckTimeoutMs)
                turn.Update(order, order with { Stage = OrderStage.Unknown });
        }
        if (!turn.Memory.MustList)
        {
            EntrySteering.Steer(turn);
            ExitSteering.Steer(turn);
        }
        Ask(turn);
    }

    private static void Ask(BracketTurn turn)
    {
        var (state, memory) = (turn.State, turn.Memory);
        var isOpen = state.Net != 0 || state.Orders.Any(order => order.IsLive);
        var isUnsure = memory.WantsListing || memory.MustList || memory.MissedSinceMs.Count > 0 || state.Orders.Any(order =>
            order.Stage == OrderStage.Unknown || order.IsChangeUnsure
            || (order.Pending != PendingCall.None && turn.NowMs >= order.SinceMs + turn.Rules.AckTimeoutMs));
        if (!isUnsure && !isOpen) return;
        var every = isUnsure ? turn.Rules.QueryMs : turn.Rules.AuditMs;
        if (memory.QueriedAtMs is null && !isUnsure) memory.QueriedAtMs = turn.NowMs;
        if (memory.QueriedAtMs is { } queried && turn.NowMs < queried + every) return;
        memory.QueriedAtMs = turn.NowMs;
        turn.Effects.Add(new QueryOrders());
    }

    private static BracketState WithEnd(BracketTurn turn)
    {
        var state = turn.State;
        var isDecided = state.Entry.Stage != OrderStage.Lost || state.Entered > 0 || state.NeverArrived || state.Doubt is not null;
        var isAtRest = !turn.Memory.MustList && isDecided && state.Net == 0 && !state.Orders.Any(order => order.IsLive)
            && BracketReports.IsComplete(turn);
        var (end, reason) = !isAtRest ? (BracketEnd.None, null)
            : state.Entered > 0 ? (BracketEnd.Closed, state.Flatten)
            : state.NeverArrived ? (BracketEnd.NotEntered, Reasons.NeverArrived.Name)
            : state.Entry.Stage == OrderStage.Lost ? (BracketEnd.InDoubt, state.Doubt)
            : (BracketEnd.NotEntered, state.Entry.Reason ?? state.Withdrawn);
        if (end != state.End && end != BracketEnd.None) TellWhatIsLeft(turn);
        return state.End == end && state.EndReason == reason ? state : state with { End = end, EndReason = reason };
    }

    /// <summary>
    /// An exit ended unseen, and there is a position against ours: our exit may have opened it, or a person, who is not to
    /// be traded against. Nobody here can tell, so somebody has to look.
    /// </summary>
    private static void TellWhatIsLeft(BracketTurn turn)
    {
        if (turn.State.Connector.HasReduceOnly || turn.Memory.Position is not { } signed || turn.State.InDirection(signed) >= 0) return;
        if (turn.State.Orders.Any(order => order.Leg != Leg.Entry && order.Stage == OrderStage.Lost))
            turn.Alarm(Reasons.PositionDisagrees, $"{signed} at the broker");
    }

    private static LegOrder? Find(BracketState state, string? comment, string? orderId) =>
        (comment is null ? null : state.Orders.FirstOrDefault(order => order.Comment == comment))
        ?? (orderId is null ? null : state.Orders.FirstOrDefault(order => order.OrderId == orderId));
}
