package node

import (
	"net"

	"gocua/node/trust"
)

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
