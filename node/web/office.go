package web

import (
	"time"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// officeRoutes are the pages around people's own: lists that come in, figures,
// what waits for a person, the machine and its links.
func (s *site) officeRoutes() []route {
	return []route{
		{"GET", "/nhap", auth.Import, "", s.importPage},
		{"POST", uploadPath, auth.Import, "", s.importFile},
		{"GET", "/nhap/viec", auth.Import, "", s.importJobs},
		{"GET", "/nhap/ket-qua/:id", auth.Import, "", s.importResult},
		{"POST", "/nhap/dung", auth.Import, "", s.stopImport},

		{"GET", "/bao-cao", auth.SeeFigures, "", s.report},
		{"GET", "/dau-hieu", auth.SeeSignals, "", s.signals},
		{"GET", "/doi-chieu", auth.SeeReview, "", s.review},
		{"POST", "/doi-chieu", auth.Resolve, "", s.resolve},
		{"GET", "/tinh", auth.SeeFigures, "", s.province},

		{"GET", "/nhat-ky", auth.SeeAudit, "", s.audit},
		{"GET", "/may", auth.SeeMachine, "", s.machine},
		{"POST", backupPath, auth.Backup, "", s.backUp},
		{"GET", "/so-cho", auth.SeeMachine, "", s.outbox},
		{"POST", "/so-cho/gui-lai", auth.Resolve, "", s.resend},
		{"GET", "/song", auth.OwnAccount, "", s.live}, // also for who must set something up first: every page asks
		{"GET", "/cac-phan", auth.SeeMachine, "", s.parts},

		{"GET", posterPath, "", "a sheet that hangs on a wall", s.poster},
		{"GET", trustPath, "", "who does not trust the cluster yet has nowhere to sign in", s.trust},
		{"GET", "/tin-cay/goc.crt", "", "a root certificate is made to be handed out", s.rootCertificate},
		{"GET", "/huong-dan", "", "the guide says nothing about anybody", s.help},
		{"GET", "/huong-dan/:role", "", "the guide says nothing about anybody", s.help},

		{"GET", "/nhap/:id", auth.Import, "", s.wizardPage}, // behind the other pages that begin so
		{"POST", "/nhap/:id", auth.Import, "", s.wizardChoose},
		{"GET", "/nhap/:id/thu", auth.Import, "", s.wizardDry},
		{"POST", "/nhap/:id/bat-dau", auth.Import, "", s.wizardBegin},
		{"GET", "/nhap/:id/hoan-tac", auth.Import, "", s.undoForm},
		{"POST", "/nhap/:id/hoan-tac", auth.Import, "", s.undoImport},
	}
}

// unitAsked is the unit a page is about: the one in its address, else the
// officer's own.
func (q *request) unitAsked(src lookup.Source) (civic.Unit, error) {
	code := civic.Standing(src, q.Query("unit", q.unit())) // links to a ward that was merged lead on
	if err := q.scope(src, code); err != nil {
		return civic.Unit{}, err
	}
	u, ok := civic.FindUnit(src, code)
	if !ok {
		return u, command.Errorf(command.NotFound, "unknown_unit", "there is no unit %s", code)
	}
	return u, nil
}

// covers reports whether a unit is the officer's own or lies below it.
func (q *request) covers(src lookup.Source, unit string) bool {
	return q.scope(src, unit) == nil
}

// place is where somebody is listed: the hamlet, and for those who look at
// several wards also the ward.
func (q *request) place(src lookup.Source, p lookup.Person) string {
	if p.Ward.Code == p.Unit.Code || p.Ward.Code == civic.WardOf(src, q.unit()).Code {
		return p.Unit.Name
	}
	return p.Unit.Name + ", " + shortUnit(p.Ward.Name)
}

// may reports whether the officer may do something somewhere; where, scope says.
func (q *request) may(act auth.Act) bool { return auth.May(q.session, act) }

// moment turns ms since 1970 UTC into a time people can read; zero stays zero.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).In(ict)
}
