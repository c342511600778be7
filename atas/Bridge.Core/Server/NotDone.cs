namespace Tapewire.Bridge.Server;

/// <summary>Why nothing was sent after a claim, as the reports say it.</summary>
internal static class NotDone
{
    public const string SessionLost = "session_lost";
    public const string ExpiredBeforeSubmission = "expired_before_submission";
    public const string SignalCancelled = "signal_cancelled";
    public const string AccountHalted = "account_halted";
    public const string StoreFailed = "store_failed";

    /// <summary>The one after which the server may offer the signal again.</summary>
    public const string NotSent = "not_sent";

    public const string NeverSubmitted = "never submitted";
    public const string NotAtVenue = "not at the venue";
}
