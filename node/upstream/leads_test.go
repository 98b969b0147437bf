package upstream

import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestAMachineSendsFromTheMomentItLeads(t *testing.T) {
	w := newWorld(t)
	w.cluster.hamlet("00166-2", "Tổ 2")
	var leads atomic.Bool
	asked, moved := make(chan struct{}), make(chan struct{})
	told := sync.OnceFunc(func() { close(asked) })
	w.startAs(func() bool { defer told(); return leads.Load() }, func() <-chan struct{} {
		if leads.Load() {
			return nil
		}
		return moved
	})
	<-asked // and does not lead: it waits to be told, and looks at nothing meanwhile
	leads.Store(true)
	close(moved)
	w.through()
	w.agree()
}
