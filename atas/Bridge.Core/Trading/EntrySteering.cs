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

    /// <summary>The platform has listed no order with our id for a while.</summary>
    public static void Missed(BracketTurn turn, OrdersListing listing)
    {
        var (state, memory) = (turn.State, turn.Memory);
        var entry = state.Entry;
        var since = memory.MissedSinceMs[entry.Comment];
        if (entry.Stage is OrderStage.Sent or OrderStage.Working) turn.Update(entry, entry with { Stage = OrderStage.Unknown, Pending = PendingCall.None });
        entry = turn.State.Entry;

        var position = memory.Position is { } signed ? state.InDirection(signed) : (decimal?)null;
        if (position > 0 && entry.Filled < state.Plan.Quantity && position > state.Net && state.ClosedElsewhere == 0)
        {
            // The account was flat before, one bracket is open at a time: this is what the entry left.
            var found = Math.Min(state.Entered + position.Value - state.Net, state.Plan.Quantity);
            turn.State = turn.State with { Adopted = found };
            turn.Alarm(Reasons.Adopted, $"{found}");
        }
        if (turn.State.Entered > 0 || turn.NowMs >= since + turn.Rules.DoubtMs)
        {
            turn.Update(entry, entry with { Stage = OrderStage.Lost });
            if (turn.State.Entered > 0) return;
            var doubt = entry.WasWorking ? Reasons.EntryVanished : Reasons.EntryInDoubt;
            turn.State = turn.State with { Doubt = doubt.Name };
            turn.Alarm(doubt, entry.Reason ?? "not listed");
            return;
        }
        if (!listing.Complete || entry.WasWorking || position != 0) return;
        turn.Update(entry, entry with { Stage = OrderStage.Lost });
        turn.State = turn.State with { NeverArrived = true };
    }
}
