namespace Tapewire.Platform;

/// <summary>
/// How the platform's side of a connection behaves. What ATAS does not publish, or does differently from connector to connector, is
/// a switch here, so that a strategy is tried against all of it. Shares are probabilities from 0 to 1.
/// </summary>
public sealed record ConnectorSettings
{
    /// <summary>Whether the connector offers reduce-only as an option of its orders.</summary>
    public bool OffersReduceOnly { get; init; } = true;

    /// <summary>Siblings in an OCO group are cancelled by the platform, which it can only do while it runs.</summary>
    public bool LocalOco { get; init; } = true;

    /// <summary>How late it does so.</summary>
    public double LocalOcoDelayMs { get; init; }

    /// <summary>Orders marked so are cancelled by the platform when the position is closed or reversed.</summary>
    public bool AutoCancel { get; init; } = true;

    /// <summary>Whether a trade's order still carries the comment.</summary>
    public bool CommentInTrades { get; init; } = true;

    /// <summary>Whether the handlers get a copy instead of the object that was given to OpenOrderAsync, which then stays as it was.</summary>
    public bool CopiesInEvents { get; init; }

    /// <summary>OnNewOrder comes when the order is sent, with no id yet, instead of when it is acknowledged.</summary>
    public bool AnnouncesBeforeAcknowledgement { get; init; } = true;

    /// <summary>OpenOrderAsync comes back with the acknowledgement (or throws what was rejected) instead of when it is sent.</summary>
    public bool CompletesOnAcknowledgement { get; init; }

    /// <summary>Of calls that throw at once and send nothing.</summary>
    public double RefuseShare { get; init; }

    /// <summary>Of calls that throw a timeout although the request arrives.</summary>
    public double TimeoutShare { get; init; }
    public double TimeoutMs { get; init; } = 1_000;
    public bool IsRealAccount { get; init; }
}
