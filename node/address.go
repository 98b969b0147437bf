package node

import (
	"net"

	"gocua/node/trust"
	"gocua/store/command"
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

// mayInvite keeps a name that cannot stand in a certificate, and one that is
// taken, from being invited: a second key for a running machine would have
// everything it captures refused.
func (n *Node) mayInvite(ca *trust.CA, node string) error {
	name := trust.Name{Cluster: ca.Cluster, Generation: ca.Generation, Node: node}
	if err := name.Check(); err != nil {
		return command.InvalidField("/node", "bad_name", "%s cannot be the name of a machine: it takes lower-case letters, digits and inner hyphens", node)
	}
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.ID == node {
			return command.Errorf(command.Conflicting, "node_taken", "%s is a machine of this cluster already; choose another name", node)
		}
	}
	return nil
}
