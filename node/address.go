package node

import (
	"net"
	"sync"

	"gocua/node/trust"
	"gocua/raft"
)

// whereabouts are addresses that machines have told this one themselves, newer
// than what the membership says: after a night in which the office's router gave
// out other addresses, voters must find each other before any membership can be
// agreed on.
type whereabouts struct {
	mu sync.Mutex
	at map[string]told
}

// told is an address, and the one the membership had then: once that has changed,
// the membership is newer.
type told struct{ addr, was string }

func (w *whereabouts) note(node string, t told) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.at == nil {
		w.at = map[string]told{}
	}
	w.at[node] = t
}

// of is the address a machine told, empty if nothing newer than the membership is
// known.
func (w *whereabouts) of(node string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at[node].addr
}

// forget drops what the membership has overtaken.
func (w *whereabouts) forget(members []raft.Member) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range members {
		if t, ok := w.at[m.ID]; ok && t.was != m.Addr {
			delete(w.at, m.ID)
		}
	}
}

// noteAddress remembers where a machine says it is.
func (n *Node) noteAddress(node, addr string) {
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.ID == node && m.Addr != addr {
			n.told.note(node, told{addr, m.Addr})
		}
	}
}

// anyHost reports whether an address means every address of this machine. One
// can listen there, but nobody can call it.
func anyHost(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "" || ip != nil && ip.IsUnspecified())
}

// reachable is an address a person can type for one this machine listens at.
func reachable(addr string) string {
	if !anyHost(addr) {
		return addr
	}
	_, port, _ := net.SplitHostPort(addr) // anyHost has split it
	host := "localhost"
	_, ips, _ := trust.MachineNames() // a machine that cannot tell is reached from itself
	for _, ip := range ips {
		if ip.To4() != nil && ip.IsGlobalUnicast() && (host == "localhost" || ip.IsPrivate()) {
			host = ip.String() // an office is more likely to sit in a private network
		}
	}
	return net.JoinHostPort(host, port)
}
