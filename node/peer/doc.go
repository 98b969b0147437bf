// Package peer is the one door through which machines talk to each other: a
// TLS 1.3 listener whose protocol names (ALPN) tell apart what is behind it, and
// the dialling side of the same. Both sides prove who they are with the
// identities of node/trust before a byte of theirs is read.
//
//	gocua-raft/1      agreement inside the cluster, a compressed stream (Stream)
//	gocua-peer/1      HTTP between nodes of the cluster (Serve, Client)
//	gocua-upstream/1  HTTP between a cluster and the province, whose root the
//	                  other side has pinned
//	gocua-join/1      HTTP of a machine that has no certificate yet (Stranger),
//	                  served only while an invitation is open
//
// Below TLS lies the wire: it counts bytes, turns deadlines into idle time, so
// that a slow link is slow and not stuck, and obeys the Link, the switch with
// which the demo and the tests cut a machine off.
//
// The package must not know what is said over its connections, nor who is a
// member: Config.Admit says that. It knows nothing of browsers.
//
// Begin with listener.go, then tls.go and wire.go; link.go is the switch.
package peer
