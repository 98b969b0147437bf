package node

import (
	"context"
	"errors"
	"time"

	"gocua/store/match"
)

// How the list of pairs is kept in step. It is for a quiet hour at a desk, so it
// takes a small part of one core, and waits while much is written: an import is
// compared when it is over.
const (
	pairsAtOnce = 64              // changes between two rests
	pairsBehind = 2000            // more than that, and everybody is compared anew
	pairsQuiet  = 5 * time.Second // nothing much is written for so long
	pairsRest   = 2               // rests so many times as long as it worked
)

// followPairs keeps the list of pairs in step with the register until ctx ends.
func (n *Node) followPairs(ctx context.Context) {
	for told := false; ctx.Err() == nil; {
		changed := n.reg.Changed()
		behind, err := n.pairFeed(ctx)
		if err != nil && !told && ctx.Err() == nil {
			n.log.Error("the list of pairs is not in step with the register", "error", err)
		}
		if told = err != nil; behind {
			continue
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
}

// pairFeed takes in a little of what was agreed since, and reports whether there
// is more. Names are searched first: people wait for those.
func (n *Node) pairFeed(ctx context.Context) (behind bool, err error) {
	began := time.Now()
	r := n.reg.Read()
	defer r.Close()
	head := n.pairs.Head()
	switch now := r.Position().FeedHead; {
	case now == head:
		return false, nil
	case n.found.Head() == 0:
		rest(ctx, betweenBuild)
		return true, nil
	case head == 0 || head > now || now-head > pairsBehind || n.pairs.Outgrown():
		return n.pairAnew(ctx, now)
	}
	all, err := n.pairs.Follow(r, r.Feed(head), pairsAtOnce)
	if errors.Is(err, match.ErrGap) {
		return n.pairAnew(ctx, r.Position().FeedHead)
	}
	if !all {
		rest(ctx, pairsRest*time.Since(began))
	}
	return !all && err == nil, err
}

// pairAnew compares everybody once it is quiet: the feed, which was at head, has
// hardly moved meanwhile.
func (n *Node) pairAnew(ctx context.Context, head uint64) (behind bool, err error) {
	if head > pairsBehind {
		rest(ctx, pairsQuiet)
	}
	r := n.reg.Read()
	defer r.Close()
	if ctx.Err() != nil || r.Position().FeedHead > head+pairsBehind/4 {
		return true, nil
	}
	defer n.cfg.leanly(leanPairs)()
	worked := time.Now()
	err = n.pairs.Load(r, func() {
		rest(ctx, time.Since(worked)/pairsRest)
		worked = time.Now()
	})
	return false, errors.Join(err, r.Err())
}
