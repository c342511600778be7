using System;
using System.Linq;

namespace Tapewire.Bridge.Trading;

/// <summary>The entry is sent once, and never again. What is left of it is withdrawn in time; what is not known is found out.</summary>
internal static class EntrySteering
{
    public static void Steer(BracketTurn turn)
    {
        var state = turn.State;
        var entry = state.Entry;
        var isOver = state.Withdrawn is not null || turn.NowMs >= state.EntryDeadlineMs || state.IsClosing
            // A position that is being closed must not grow again.
            || state.ClosedElsewhere > 0 || state.Orders.Skip(1).Any(order => order.Filled > 0);
        if (isOver) turn.Cancel(entry);
    }

    /// <summary>The platform does not list it, and nobody has heard of its end.</summary>
    public static void Missed(BracketTurn turn, OrdersListing listing)
    {
        var (state, memory) = (turn.State, turn.Memory);
        var entry = state.Entry;
        var since = memory.MissedSinceMs[entry.Comment];
        var isMissedLong = turn.NowMs >= since + turn.Rules.NotListedMs;
        if (isMissedLong && entry.Stage is OrderStage.Sent or OrderStage.Working)
            turn.Update(entry, entry = entry with { Stage = OrderStage.Unknown, Pending = PendingCall.None });
        // While the platform runs it tells of a fill by itself, and a position may be ahead of that.
        if (entry.Stage == OrderStage.Unknown || memory.IsRestored) Adopt(turn, listing);
        // Not over before that: a listing may be older than what it should list.
        if (!isMissedLong) return;
        if (turn.State.Entered > 0 || turn.NowMs >= since + turn.Rules.DoubtMs)
        {
            turn.Update(entry, entry with { Stage = OrderStage.Lost });
            if (turn.State.Entered > 0) return;
            var doubt = entry.WasWorking ? Reasons.EntryVanished : Reasons.EntryInDoubt;
            turn.State = turn.State with { Doubt = doubt.Name };
            turn.Alarm(doubt, entry.Reason ?? "not listed");
            return;
        }
        if (!listing.Complete || entry.WasWorking || memory.Position is not { } position || position != 0) return;
        turn.Update(entry, entry with { Stage = OrderStage.Lost });
        turn.State = turn.State with { NeverArrived = true };
    }

    /// <summary>
    /// The account was flat before, and one bracket is open at a time: a position is what the entry left. It is taken for ours as
    /// soon as it shows, because until then nothing protects it.
    /// </summary>
    private static void Adopt(BracketTurn turn, OrdersListing listing)
    {
        var state = turn.State;
        if (state.ClosedElsewhere != 0 || turn.Memory.Position is not { } signed) return;
        var position = state.InDirection(signed);
        var found = Math.Min(state.Entered + position - state.Net, state.Plan.Quantity);
        if (found <= state.Entered) return;
        // Of a larger one somebody else has a part, and the price of ours is not known.
        var price = position == found ? listing.AveragePrice : null;
        turn.State = state with { Adopted = found, AdoptedPrice = price };
        turn.Alarm(Reasons.Adopted, $"{found}");
    }
}
