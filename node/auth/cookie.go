package auth

// The cookie that carries a session's token, for pages and calls alike. Browsers
// take the __Host- prefix over HTTPS only; the plain name is for this machine's
// own browser on loopback, where there is no HTTPS to insist on.
const (
	cookieHTTPS = "__Host-gocua"
	cookiePlain = "gocua"
)

// CookieName is the name of the cookie on a connection that is, or is not, HTTPS.
func CookieName(secure bool) string {
	if secure {
		return cookieHTTPS
	}
	return cookiePlain
}
