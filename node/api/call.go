package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// call is one request and who makes it.
type call struct {
	*fiber.Ctx
	token   string
	session auth.Session // zero on routes open to anybody
}

// serve is what every call goes through.
func (a *api) serve(r route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, "no-store")
		c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
		q := &call{Ctx: c}
		if r.open == "" {
			if err := a.identify(q); err != nil {
				return err
			}
			if r.act != "" && !auth.May(q.session, r.act) || r.act == "" && q.session.Must != "" && !r.unready {
				return auth.Forbid(q.session, r.act)
			}
		}
		return r.handle(a, q)
	}
}

// reply writes an answer.
func (q *call) reply(status int, answer any) error {
	b, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	q.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return q.Status(status).Send(b)
}

// longestStale is how long a reader waits for an index it asked for.
const longestStale = 5 * time.Second

// read answers from the register at one point, which the header Gocua-Index
// names. With ?min_index= it waits until this machine has come so far.
func (a *api) read(q *call, f func(lookup.Source) (any, error)) error {
	return a.readBy(q, a.Machine.Read, f)
}

// trail is read, of what is agreed alone and with the audit chain beside it.
func (a *api) trail(q *call, f func(lookup.Source, lookup.Chain) (any, error)) error {
	var beside lookup.Chain
	by := func(g func(lookup.Source) error) error {
		return a.Machine.Trail(func(src lookup.Source, chain lookup.Chain) error {
			beside = chain
			return g(src)
		})
	}
	return a.readBy(q, by, func(src lookup.Source) (any, error) { return f(src, beside) })
}

func (a *api) readBy(q *call, by func(func(lookup.Source) error) error, f func(lookup.Source) (any, error)) error {
	if err := a.await(q); err != nil {
		return err
	}
	var answer any
	err := by(func(src lookup.Source) (err error) {
		q.Set(headerIndex, strconv.FormatUint(src.Position().Index, 10))
		answer, err = f(src)
		return err
	})
	if err != nil {
		return err
	}
	return q.reply(http.StatusOK, answer)
}

const headerIndex = "Gocua-Index"

func (a *api) await(q *call) error {
	raw := q.Query("min_index")
	if raw == "" {
		return nil
	}
	index, err := strconv.ParseUint(raw, 10, 64)
	if err != nil {
		return badParam("min_index", "expected the number of an index")
	}
	ctx, cancel := context.WithTimeout(context.Background(), longestStale)
	defer cancel()
	if a.Machine.Wait(ctx, index) != nil {
		return command.Errorf(command.Unavailable, "stale", "this machine has not come as far as index %d yet", index)
	}
	return nil
}

func badParam(name, message string) *command.Error {
	return command.Errorf(command.Invalid, "bad_"+name, "parameter %s: %s", name, message)
}

// unit is the unit a call is about: the one it names, else the officer's own.
// It must lie within the officer's.
func (q *call) unit(src lookup.Source) (string, error) {
	unit := q.Query("hamlet", q.Query("unit", q.session.Officer.Unit))
	return unit, q.mayLook(src, unit)
}

// mayLook returns an error unless the unit is the officer's own or below it.
func (q *call) mayLook(src lookup.Source, unit string) error {
	if err := auth.Scope(src, q.session, unit); err != nil {
		return err
	}
	return nil
}

// key finds the record that the path names: by its ID, at the province perhaps
// with the code of its cluster behind an at sign.
func (q *call) key(src lookup.Source, t command.RecordType) (command.Key, error) {
	id := q.Params("id")
	if _, err := command.ParseID(string(civic.Bare(command.Key(id)))); err != nil {
		return "", badParam("id", "it is not a UUID")
	}
	key, ok := civic.Resolve(src, t, id)
	if !ok {
		return "", command.Errorf(command.NotFound, "not_found", "there is nothing by that ID")
	}
	return key, nil
}

// limit is how many items a list may have.
func (q *call) limit() (int, error) {
	n, err := strconv.Atoi(q.Query("limit", "50"))
	if err != nil || n < 1 || n > 200 {
		return 0, badParam("limit", "it lies between 1 and 200")
	}
	return n, nil
}

// list is one page of things.
type list[T any] struct {
	Items   []T    `json:"items" nullable:"false"`
	Next    string `json:"next" doc:"cursor of the page after; empty: this is the last"`
	AsOf    asOf   `json:"asOf"`
	Pending int    `json:"pending" doc:"changes that wait on this machine, not agreed yet"`
}

// asOf says how fresh an answer is.
type asOf struct {
	Index uint64 `json:"index"`
	Time  string `json:"time" format:"date-time" doc:"agreed time"`
}

func listOf[T any](a *api, src lookup.Source, items []T, next string) list[T] {
	if items == nil {
		items = []T{}
	}
	return list[T]{Items: items, Next: next, AsOf: freshness(src), Pending: len(a.Machine.Waiting())}
}

func freshness(src lookup.Source) asOf {
	at := src.Position()
	return asOf{Index: at.Index, Time: stamp(at.At)}
}

// stamp writes a time in ms since 1970 UTC; empty for zero.
func stamp(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
}
