package modeltest

import (
	"context"
	"errors"
	"os"
	"sync"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/store/civic"
	"gocua/store/command"
)

// office is the machine that leads.
type office struct {
	*register
	w       *world
	batcher *deliver.Batcher
	stop    func()
	unheard bool // the next entry is agreed on, and the leader does not learn it
}

func (o *office) start() {
	o.batcher = deliver.NewBatcher(o, o.w.clock)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { o.batcher.Run(ctx) })
	o.stop = func() { cancel(); running.Wait() }
}

var errUnheard = errors.New("the leader lost its majority while it waited")

// Propose is agreement among one. The model is told the order.
func (o *office) Propose(_ context.Context, data []byte) ([]command.Decided, error) {
	entry, err := command.DecodeEntry(data)
	if err != nil {
		return nil, err
	}
	results, err := o.agree(data)
	if err != nil {
		return nil, err
	}
	o.w.agreed(o.index, entry.Commands)
	decided := make([]command.Decided, len(results))
	for i, r := range results {
		decided[i] = command.Decided{ID: r.ID, Outcome: r.Outcome}
	}
	if o.unheard {
		o.unheard = false
		o.w.tally.drops++
		return nil, errUnheard
	}
	return decided, nil
}

// ask has a command of the office itself agreed on, as its node does.
func (o *office) ask(ctx context.Context, kind command.Kind, id command.ID, body any) (command.Outcome, error) {
	decided, err := o.batcher.Submit(ctx, []command.Envelope{own(o.w.founding.office, o.w.clock(), kind, id, body)}, false)
	if err != nil {
		return command.Outcome{}, err
	}
	return decided[0].Outcome, nil
}

func (o *office) handler() deliver.Handler {
	return deliver.Handler{Batcher: o.batcher, Leading: o, Admit: o.admit}
}

func (o *office) Leader() (node, addr string, self bool) { return officeName, "", true }

// admit keeps out what is not signed by the machine it names.
func (o *office) admit(_ context.Context, list []command.Envelope) *command.Error {
	r := o.store.Read()
	defer r.Close()
	for _, e := range list {
		if n, ok := civic.Load[civic.Node](r, civic.TypeNode, command.Key(e.By.Node)); !ok || !e.SignedBy(n.Key) {
			return command.Errorf(command.Forbidden, "bad_signature", "not signed")
		}
	}
	return nil
}

// restart stops the machine and starts it with what is on its disk. If its disk
// lost what nobody had synced, the log brings all of it back.
func (o *office) restart(lostAll bool) {
	at, before := o.stands()
	o.stop()
	require.NoError(o.w.t, o.store.Close())
	if lostAll {
		require.NoError(o.w.t, os.RemoveAll(o.dir))
		require.NoError(o.w.t, os.CopyFS(o.dir, os.DirFS(o.w.founding.dir+"/district")))
	}
	o.open()
	if _, err := o.store.Apply(o.log); err != nil { // the tail of a log comes again after every start
		require.NoError(o.w.t, err)
	}
	o.index, _ = o.store.Applied()
	after, now := o.stands()
	require.Equal(o.w.t, at, after, "the same log, the same register")
	require.Equal(o.w.t, before, now, "the same log, the same register")
	o.start()
}

// stands is where the register is, and the digest over all that was agreed on.
func (g *register) stands() (command.Position, [32]byte) {
	r := g.store.Read()
	defer r.Close()
	sum, _ := r.Content()
	if r.Err() != nil {
		panic(r.Err())
	}
	return r.Position(), sum
}
