using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Trading;

namespace Tapewire.Bridge.Pilot;

/// <summary>What stands against trading beside the reasons of the trading side: the other part of the one table.</summary>
public static class BridgeReasons
{
    public static Reason Stopped { get; } = new("stopped", "The strategy is stopped. After a restart of ATAS it always is: start it.");
    public static Reason Starting { get; } = new("starting", "The memory of earlier trades is being read.");
    public static Reason Broken { get; } = new("broken", "A mistake in this program: nothing new is traded until it is started again. What is open is protected still. The log has the particulars.");
    public static Reason MemoryUnusable { get; } = new("memory_unusable", "The memory of earlier trades cannot be used, and without it a signal could be traded twice.");
    public static Reason BadSettings { get; } = new("bad_settings", "A setting cannot be used.");
    public static Reason NoKey { get; } = new("no_key", "There is no key for the server.");
    public static Reason RealAccount { get; } = new("real_account", "This is a real account, and trading on one is not switched on.");
    public static Reason Connecting { get; } = new("connecting", "The server was not asked yet.");
    public static Reason Disconnected { get; } = new("disconnected", "The server does not answer.");
    public static Reason AccountHeld { get; } = new("account_held", "Another executor holds the account.");
    public static Reason LeaseLapsed { get; } = new("lease_lapsed", "The server has not heard of us for too long: entries are withdrawn, stops stay.");
    public static Reason Fenced { get; } = new("fenced", "Another executor took the account. Stop and start to ask for it again.");
    public static Reason Halted { get; } = new("halted", "The account is halted at the server.");
    public static Reason InDoubt { get; } = new("in_doubt", "Nobody knows what became of an order. Look at the broker.");
    public static Reason ReportRefused { get; } = new("report_refused", "The server refused a report for good. Look at the log.");
    public static Reason AlertsOnly { get; } = new("alerts_only", "Alerts only: nothing is traded.");
    public static Reason AwaitsConfirmation { get; } = new("awaits_confirmation", "A signal waits for your confirmation.");
    public static Reason NotConfirmed { get; } = new("not_confirmed", "The signal was not confirmed in its time.");
    public static Reason InPosition { get; } = new("in_position", "A trade of ours is under way.");
    public static Reason Ready { get; } = new("ready", "Ready: signals are traded as they come.");

    /// <summary>Why a claim led to no order, as the reports say it.</summary>
    private static readonly Reason[] OfReports =
    [
        new(NotDone.SessionLost, "The account was lost between claim and order."),
        new(NotDone.ExpiredBeforeSubmission, "Its time was over before the order could leave."),
        new(NotDone.SignalCancelled, "The signal was cancelled before the order could leave."),
        new(NotDone.AccountHalted, "The account was halted before the order could leave."),
        new(NotDone.StoreFailed, "The disk did not take what has to be there before an order leaves."),
        new(NotDone.NeverSubmitted, "It was claimed, and no order was ever written down for it."),
        new(NotDone.NotAtVenue, "The venue has no such order, and it can no longer come to exist."),
    ];

    /// <summary>Those of the trading side included. By name.</summary>
    public static ImmutableDictionary<string, Reason> All { get; } = new[]
    {
        Stopped, Starting, Broken, MemoryUnusable, BadSettings, NoKey, RealAccount, Connecting, Disconnected, AccountHeld,
        LeaseLapsed, Fenced, Halted, InDoubt, ReportRefused, AlertsOnly, AwaitsConfirmation, NotConfirmed, InPosition, Ready,
    }.Concat(OfReports).Concat(Reasons.All.Values).ToImmutableDictionary(reason => reason.Name);

    /// <summary>The sentence of a name; the name itself where a broker or the server coined it.</summary>
    public static string Sentence(string name) => All.GetValueOrDefault(name)?.Sentence ?? name;
}
