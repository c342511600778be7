using System;

namespace Tapewire.Bridge.Trading;

/// <summary>
/// Holds the broker's position against what our fills come to. The two are told apart in time, so a difference means nothing
/// until neither has moved for a while and a fresh listing says the same. Then the position is right: what is missing was
/// closed by somebody else.
/// </summary>
internal static class PositionWatch
{
    public static void Look(BracketTurn turn)
    {
        var (state, memory) = (turn.State, turn.Memory);
        if (memory.HasLeftPosition || memory.Position is not { } signed) return;
        var (net, position) = (state.Net, state.InDirection(signed));
        if (memory.Seen != (net, position))
        {
            // The entry grew, and the position has yet to show it.
            if (net > memory.Seen?.Net) Shown(turn, false);
            memory.Seen = (net, position);
            memory.MovedAtMs = turn.NowMs;
        }
        if (net > 0 && position >= net) Shown(turn, true);
        // Whatever somebody does after we are out is theirs.
        var isTheirs = net == 0 && memory.Disagreement is null && OpenJustNow(turn) == 0;
        if (isTheirs || Agree(net, position))
        {
            if (net > 0 && OpenJustNow(turn) <= net) memory.LastOpen = (net, turn.NowMs);
            else if (memory.Disagreement is { OpenThen: > 0 } over) memory.LastOpen = (over.OpenThen, turn.NowMs);
            memory.Disagreement = null;
            // Not sooner: a position that has yet to show the fill of an exit looks the same.
            if (turn.NowMs >= memory.MovedAtMs + turn.Rules.GraceMs * 4 / 5) GiveBack(turn, net, position);
            return;
        }
        var known = memory.Disagreement;
        if (known is null) memory.Disagreement = new(net, position, turn.NowMs, Math.Max(Math.Max(0, net), OpenJustNow(turn)));
        else if (known.Net != net || known.Position != position)
            memory.Disagreement = new(net, position, turn.NowMs, Math.Max(known.OpenThen, net));
        if (turn.NowMs >= memory.Disagreement!.SinceMs + SettleMs(turn)) memory.WantsListing = true;
    }

    /// <summary>The platform was asked just now, and its answer is folded in.</summary>
    public static void Settle(BracketTurn turn)
    {
        if (turn.Memory.Disagreement is not { } difference || turn.NowMs < difference.SinceMs + SettleMs(turn)) return;
        var position = difference.Position;
        GiveBack(turn, difference.Net, position);
        var net = turn.State.Net;
        var missing = position < net
            ? Math.Min(net - position, difference.OpenThen)
            // More was closed by our own fills than the position shows, and nothing of ours explains it: somebody put it back.
            : Math.Min(0, net) - Math.Min(0, position);
        turn.Memory.Disagreement = null;
        if (missing == 0) return;
        turn.State = turn.State with { ClosedElsewhere = turn.State.ClosedElsewhere + missing, ExitsWhenMissed = Exits(turn.State) };
        if (missing > 0) turn.Alarm(Reasons.ManualClose, $"by {missing}, {turn.State.Net} is left");
        else turn.Alarm(Reasons.PositionDisagrees, $"{net} by our fills, {position} at the broker");
    }

    private static void Shown(BracketTurn turn, bool isShown)
    {
        if (turn.State.IsShown != isShown) turn.State = turn.State with { IsShown = isShown };
    }

    /// <summary>A position that never showed our entry is more likely late than closed.</summary>
    private static long SettleMs(BracketTurn turn) => turn.State.IsShown ? turn.Rules.SettleMs : turn.Rules.DoubtMs;

    /// <summary>
    /// Somebody closes by hand, and in the same moment an exit of ours is filled: then the position shows what that exit
    /// opened, and only what was open just before tells that it is ours to take back. With "reduce only" it cannot happen.
    /// </summary>
    private static decimal OpenJustNow(BracketTurn turn) =>
        !turn.State.Connector.HasReduceOnly && turn.Memory.LastOpen is var (open, atMs) && turn.NowMs <= atMs + turn.Rules.SettleMs ? open : 0;

    /// <summary>What seemed closed by somebody else was closed by an exit of ours, whose fill came late.</summary>
    private static void GiveBack(BracketTurn turn, decimal net, decimal position)
    {
        if (turn.State.ExitsWhenMissed is not { } before || position <= net) return;
        var back = Math.Min(turn.State.ClosedElsewhere, Math.Min(position - net, Exits(turn.State) - before));
        if (back <= 0) return;
        turn.State = turn.State with { ClosedElsewhere = turn.State.ClosedElsewhere - back, ExitsWhenMissed = before + back };
    }

    private static decimal Exits(BracketState state) => state.Entered - state.ClosedElsewhere - state.Net;

    /// <summary>What the broker shows is not older than what our fills say.</summary>
    public static bool IsSettled(BracketTurn turn) =>
        turn.Memory.Seen is var (net, position) && (net == position || turn.NowMs >= turn.Memory.MovedAtMs + turn.Rules.SettleMs);

    /// <summary>A larger position is somebody else's addition. After an over-fill both are below zero alike.</summary>
    private static bool Agree(decimal net, decimal position) => net >= 0 ? position >= net : position == net || position < net;
}
