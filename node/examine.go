package node

import (
	"time"

	"gocua/node/trust"
)

// Examined is what a machine's directory says of it, whether it runs or not.
type Examined struct {
	Doors     []Address
	Documents []Term
	Free      int64 // bytes of its disk; -1: unknown
}

// Address is one it answers at, or would.
type Address struct{ Name, Addr string } // Name is the flag that changes it

// Term is from when until when a certificate is good.
type Term struct {
	Name        string
	From, Until time.Time
}

// Examine reads a machine's directory and changes nothing there.
func Examine(dir string) (x Examined, err error) {
	m, err := remember(dir)
	if err != nil {
		return x, err
	}
	for _, a := range []Address{{"http", m.HTTP}, {"https", m.HTTPS}, {"peer", m.Peer}} {
		if a.Addr != "" {
			x.Doors = append(x.Doors, a)
		}
	}
	id, err := trust.LoadIdentity(dir)
	if err != nil {
		return x, err
	}
	browser, err := trust.LoadBrowserIssuer(dir)
	if err != nil {
		return x, err
	}
	x.Documents = []Term{{"node", id.Cert.NotBefore, id.Cert.NotAfter}, {"root", id.Root.NotBefore, id.Root.NotAfter}, {"browser", browser.Cert.NotBefore, browser.Cert.NotAfter}}
	if x.Free, err = freeBytes(dir); err != nil {
		return x, err
	}
	return x, nil
}
