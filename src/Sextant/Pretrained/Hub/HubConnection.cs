using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace Sextant.Pretrained.Hub;

/// <summary>Requests to a hub and to where it redirects. The token goes to the hub alone, and nobody may be silent for long.</summary>
internal sealed class HubConnection : IDisposable
{
    private const int MostRedirects = 10;

    private readonly HubSettings settings;
    private readonly Uri endpoint;
    private readonly HttpClient client;

    /// <exception cref="UserError">The token would go over the network for all to read.</exception>
    public HubConnection(HubSettings settings)
    {
        this.settings = settings;
        endpoint = new Uri(settings.Endpoint);
        if (settings.Token is not null && endpoint.Scheme == Uri.UriSchemeHttp && !endpoint.IsLoopback)
        {
            throw new UserError($"The token would be sent to {Origin(endpoint)} for all to read; give an https address as HF_ENDPOINT, or unset HF_TOKEN and let HF_TOKEN_PATH name no file.");
        }

        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // which would not say where the hub's own headers end
            UseCookies = false,
            UseProxy = !endpoint.IsLoopback,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("sextant", typeof(HubConnection).Assembly.GetName().Version?.ToString(3)));
        client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity")); // lengths are those of the file
    }

    /// <summary>Sends a request and follows redirects.</summary>
    /// <param name="method">HEAD or GET.</param>
    /// <param name="path">Begins with a slash.</param>
    /// <param name="from">The first byte that is wanted; 0 for all.</param>
    /// <param name="isFinal">Which answers to take although they redirect.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The answer, of whatever status, its body unread.</returns>
    /// <exception cref="HubInterruption">It may succeed when it is made again.</exception>
    /// <exception cref="UserError">It will not.</exception>
    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, long from, Func<HttpResponseMessage, bool> isFinal, CancellationToken stop)
    {
        var at = new Uri(settings.Endpoint + path);
        for (int redirects = 0; redirects <= MostRedirects; redirects++)
        {
            var answer = await SendOnce(method, at, from, stop);
            if (answer.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || isFinal(answer))
            {
                return answer;
            }

            var next = answer.Headers.Location is { } location ? new Uri(at, location) : null;
            answer.Dispose();
            if (next is not { Scheme: "http" or "https" } || (at.Scheme == "https" && next.Scheme == "http"))
            {
                throw new UserError($"{Origin(at)} redirects to {(next is null ? "nowhere" : Origin(next))}, which is not followed; check HF_ENDPOINT.");
            }

            at = next;
        }

        throw new UserError($"{Origin(at)} redirects again and again; check HF_ENDPOINT.");
    }

    /// <summary>Reads on in an answer's body.</summary>
    /// <returns>How many bytes; 0 at its end.</returns>
    /// <exception cref="HubInterruption">The connection broke or is silent.</exception>
    public async Task<int> Read(Stream body, Memory<byte> into, CancellationToken stop)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        silence.CancelAfter(settings.Silence);
        try
        {
            return await body.ReadAsync(into, silence.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw Silent(endpoint, e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new HubInterruption($"The connection to {settings.Endpoint} broke", inner: e);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> SendOnce(HttpMethod method, Uri at, long from, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, at);
        if (settings.Token is string token && Origin(at) == Origin(endpoint))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        silence.CancelAfter(settings.Silence);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw Silent(at, e);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException inner)
        {
            throw new UserError($"{Origin(at)} cannot be trusted: {inner.Message.TrimEnd('.')}; check HF_ENDPOINT and this machine's certificates.", e);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.InvalidResponse)
        {
            throw new UserError($"{Origin(at)} does not answer as a web server does; check HF_ENDPOINT.", e);
        }
        catch (HttpRequestException e)
        {
            throw new HubInterruption($"{Origin(at)} cannot be reached ({(e.InnerException ?? e).Message.TrimEnd('.')})", inner: e);
        }
    }

    private HubInterruption Silent(Uri at, Exception e) => new(FormattableString.Invariant($"{Origin(at)} has said nothing for {settings.Silence.TotalSeconds:0.#} s"), inner: e);

    /// <summary>Scheme, host and port: the same for two addresses that may know the same secrets.</summary>
    private static string Origin(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
