using System;
using System.Collections.Immutable;
using System.Linq;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

/// <summary>
/// Keeps the exits at what is open: a stop for all of it, then targets; nothing once it is closed. Whatever the connector
/// links or cancels by itself is a help that nothing here relies on.
/// </summary>
internal static class ExitSteering
{
    public static void Steer(BracketTurn turn)
    {
        var net = turn.State.Net;
        var isHit = net > 0 && turn.Of(Leg.Stop).Any(order => order.IsLive && order.Filled > 0);
        turn.Memory.StopHitAtMs = isHit ? turn.Memory.StopHitAtMs ?? turn.NowMs : null;
        if (net > 0 && StopIsStuck(turn)) Flatten(turn, Reasons.StopStuck);
        if (net <= 0) turn.Memory.ClosingSinceMs = null;
        if (net < 0) TakeBack(turn, -net);
        else if (net == 0) CancelExits(turn, isStopKept: false);
        else if (turn.State.IsClosing) Close(turn, net);
        else Protect(turn, net);
        WatchProtection(turn);
    }

    private static void Protect(BracketTurn turn, decimal net)
    {
        var stops = turn.Of(Leg.Stop).Where(order => order.IsLive).ToList();
        var stop = stops.Find(order => order.Stage == OrderStage.Working && !order.IsUnwanted) ?? (stops.Count > 0 ? stops[0] : null);
        foreach (var other in stops) if (other.Comment != stop!.Comment) turn.Cancel(other);
        if (stop is null) PlaceStop(turn, net);
        // Triggered: it fills as fast as it can, and nothing else may.
        else if (stop.Filled > 0) CancelTargets(turn);
        else if (stop.Leaves != net || stop.Price != turn.State.Plan.StopPrice) turn.Change(stop, net, turn.State.Plan.StopPrice);

        if (stop is { Stage: OrderStage.Working, Filled: 0 } && !turn.State.IsClosing) SteerTargets(turn, net);
    }

    private static void PlaceStop(BracketTurn turn, decimal net)
    {
        var before = turn.Of(Leg.Stop).ToList();
        if (Refusals(turn, Leg.Stop) >= turn.Rules.AttemptsMax || before.Count >= turn.Rules.OrdersPerLegMax)
        {
            Flatten(turn, Reasons.StopRefused);
            Close(turn, net);
            return;
        }
        if (!MayRetry(turn, Leg.Stop)) return;
        if (before.Count > 0 && MightOpen(turn, net)) return;
        if (before.Count > 0 && before[^1] is { IsUnwanted: false, Stage: OrderStage.Cancelled or OrderStage.Lost } gone)
            turn.Alarm(Reasons.ExitGone, gone.Comment);
        turn.Place(turn.State.Origin.ClientOrderId + "-S", Leg.Stop, turn.State.ExitSide, OrderKind.Stop, net, turn.State.Plan.StopPrice);
    }

    private static void SteerTargets(BracketTurn turn, decimal net)
    {
        var plan = turn.State.Plan;
        var wanted = WantedOfTargets(turn, net);
        // Make smaller first: together they must never take more than there is.
        var room = net;
        for (var i = 0; i < wanted.Length; i += 1)
        {
            foreach (var order in turn.Of(plan.Targets[i].Leg).Where(order => order.IsLive).ToList())
            {
                room -= Math.Max(order.Quantity, order.Asked) - order.Filled;
                if (wanted[i] == 0) turn.Cancel(order);
                else if (order.Leaves > wanted[i]) turn.Change(order, wanted[i], plan.Targets[i].Price);
            }
        }
        for (var i = 0; i < wanted.Length; i += 1)
        {
            var target = plan.Targets[i];
            var live = turn.Of(target.Leg).LastOrDefault(order => order.IsLive);
            var more = Math.Min(wanted[i] - (live?.Leaves ?? 0), room);
            if (live is null)
            {
                if (more < plan.LotSize || IsGivenUp(turn, target.Leg) || !MayRetry(turn, target.Leg)) continue;
                if (turn.Of(target.Leg).Any() && MightOpen(turn, net)) continue;
                turn.Place($"{turn.State.Origin.ClientOrderId}-{target.Leg - Leg.Stop}", target.Leg, turn.State.ExitSide, OrderKind.Limit, more, target.Price);
                room -= more;
            }
            else if (live.Pending == PendingCall.None && (more > 0 || live.Price != target.Price))
            {
                more = Math.Max(0, more);
                turn.Change(live, live.Leaves + more, target.Price);
                room -= more;
            }
        }
    }

    private static ImmutableArray<decimal> WantedOfTargets(BracketTurn turn, decimal net)
    {
        var state = turn.State;
        var filled = state.Plan.Targets.Select(target => turn.Of(target.Leg).Sum(order => order.Filled)).ToArray();
        var wanted = state.Plan.Allocate(net + filled.Sum()).Select((part, i) => Math.Max(0, part - filled[i])).ToArray();
        var excess = wanted.Sum() - net;
        for (var i = wanted.Length - 1; i >= 0 && excess > 0; i -= 1)
        {
            var less = Math.Min(excess, wanted[i]);
            wanted[i] -= less;
            excess -= less;
        }
        return [.. wanted];
    }

    /// <summary>
    /// To the market. "Reduce only" lets the close leave at once, with the stop still standing; without it both could fill,
    /// so the exits go first, and are waited for a moment.
    /// </summary>
    private static void Close(BracketTurn turn, decimal net)
    {
        var since = turn.Memory.ClosingSinceMs ??= turn.NowMs;
        var isSafe = turn.State.Connector.HasReduceOnly;
        CancelExits(turn, isStopKept: isSafe);
        if (turn.Of(Leg.Close).Any(order => order.IsLive)) return;
        var exits = turn.State.Orders.Any(order => order.Leg is not (Leg.Entry or Leg.Close) && order.IsLive);
        if (!isSafe && exits && turn.NowMs < since + turn.Rules.CancelWaitMs) return;
        if (!MayRetry(turn, Leg.Close)) return;
        // The position may still be the one from before the close that was just filled.
        var isFirst = !turn.Of(Leg.Close).Any();
        if (turn.Memory.Position is not null && !(isSafe && isFirst) && turn.Memory.Seen?.Position > net && !PositionWatch.IsSettled(turn)) return;
        // Where the position is smaller than our fills say, somebody else may have closed it: never more than there is.
        var isLate = !turn.State.IsShown && PositionWatch.IsSettled(turn);
        var quantity = turn.Memory.Position is { } signed && !isLate ? Math.Min(net, Math.Max(0, turn.State.InDirection(signed))) : net;
        if (quantity <= 0) return;
        var baseId = turn.State.Close?.ClientOrderId ?? turn.State.Origin.ClientOrderId + "-C";
        turn.Place(baseId, Leg.Close, turn.State.ExitSide, OrderKind.Market, quantity, price: null);
    }

    /// <summary>Both exits were filled: closes what that opened, once the position shows it.</summary>
    private static void TakeBack(BracketTurn turn, decimal over)
    {
        CancelExits(turn, isStopKept: false);
        if (turn.Of(Leg.Close).Any(order => order.IsLive) || !MayRetry(turn, Leg.Close)) return;
        var shown = turn.Memory.Position is { } signed ? -turn.State.InDirection(signed) : 0;
        var quantity = Math.Min(over, shown);
        if (quantity <= 0 || !PositionWatch.IsSettled(turn)) return;
        turn.Alarm(Reasons.OverFilled, $"by {over}");
        turn.Place(turn.State.Origin.ClientOrderId + "-C", Leg.Close, turn.State.Plan.Side, OrderKind.Market, quantity, price: null);
    }

    private static void WatchProtection(BracketTurn turn)
    {
        var (state, memory) = (turn.State, turn.Memory);
        var covered = turn.Of(Leg.Stop).Where(order => order.Stage == OrderStage.Working).Sum(order => order.Leaves)
            + turn.Of(Leg.Close).Where(order => order.IsLive).Sum(order => order.Leaves);
        if (state.Net <= 0 || covered >= state.Net) memory.UnprotectedSinceMs = null;
        // More of it is covered than before: the next fill of the entry must not count as long as the first.
        else if (memory.UnprotectedSinceMs is null || covered > memory.CoveredThen) memory.UnprotectedSinceMs = turn.NowMs;
        memory.CoveredThen = covered;
        if (memory.UnprotectedSinceMs is not { } since || turn.NowMs < since + turn.Rules.CloseAfterMs || state.IsClosing) return;
        Flatten(turn, Reasons.StopRefused);
        Close(turn, state.Net);
    }

    private static bool StopIsStuck(BracketTurn turn) =>
        !turn.State.IsClosing && turn.Memory.StopHitAtMs is { } hit && turn.NowMs >= hit + turn.Rules.CloseAfterMs;

    private static void Flatten(BracketTurn turn, Reason reason)
    {
        if (turn.State.Flatten is not null) return;
        turn.State = turn.State with { Flatten = reason.Name };
        turn.Alarm(reason, $"{turn.State.Net} is open");
    }

    private static void CancelTargets(BracketTurn turn)
    {
        foreach (var order in turn.State.Orders) if (order.Leg is Leg.Tp1 or Leg.Tp2 or Leg.Tp3) turn.Cancel(order);
    }

    private static void CancelExits(BracketTurn turn, bool isStopKept)
    {
        CancelTargets(turn);
        if (isStopKept) return;
        foreach (var order in turn.State.Orders) if (order.Leg is Leg.Stop) turn.Cancel(order);
        // A close that rests although nothing is left to close would open something.
        if (turn.State.Net == 0) foreach (var order in turn.State.Orders) if (order.Leg is Leg.Close) turn.Cancel(order);
    }

    /// <summary>Refused in a row, the newest first.</summary>
    private static int Refusals(BracketTurn turn, Leg leg) =>
        turn.Of(leg).Reverse().TakeWhile(order => order.Stage is OrderStage.Rejected or OrderStage.Lost && !order.WasWorking).Count();

    private static bool MayRetry(BracketTurn turn, Leg leg)
    {
        var refusals = Refusals(turn, leg);
        var last = turn.Of(leg).LastOrDefault();
        // What we cancelled to replace it is replaced at once; whatever failed waits.
        if (last is null || last.IsUnwanted || last.Stage == OrderStage.Filled) return true;
        return turn.NowMs >= last.SinceMs + turn.Rules.RetryMs * Math.Clamp(refusals, 1, 8);
    }

    /// <summary>
    /// The broker shows less than we think. An exit that is placed once more may have been filled unseen, and without "reduce
    /// only" its successor would open something.
    /// </summary>
    private static bool MightOpen(BracketTurn turn, decimal net) =>
        !turn.State.Connector.HasReduceOnly && turn.Memory.Position is { } signed && turn.State.InDirection(signed) < net;

    public static bool IsGivenUp(BracketTurn turn, Leg leg) =>
        Refusals(turn, leg) >= turn.Rules.AttemptsMax || turn.Of(leg).Count() >= turn.Rules.OrdersPerLegMax;
}
