package ui

import (
	"time"

	"gocua/ui/messages"
)

// Shell is what stands around every page: which unit, which sections, who, and
// the state of the link in words.
type Shell struct {
	Lang    messages.Lang // of navigation and errors; zero is Vietnamese
	Unit    string        // "P. Dịch Vọng Hậu"
	Parent  string        // "Cụm Cầu Giấy"
	Nav     []NavItem
	User    string // empty: nobody has signed in
	Role    string // in words
	Officer string // opaque; keeps the drafts of two officers on one machine apart
	Link    LinkState
	Now     time.Time
	Search  bool     // may look people up
	Query   string   // what stands in the search box
	Token   string   // CSRF token of this session, for sign-out and language
	Here    string   // path and query of this page, to come back to
	Flash   []Banner // above the page, until the next page
	Yours   []Banner // what the officer still has to do about the own account; a grant that ends soon
	Notices []Banner // what is wrong with this machine, until it is mended
	AsOf    string   // up to when figures and lists reach; empty: now
}

// NavItem is one section of the bar.
type NavItem struct {
	Section Section
	Count   int // shown when above zero
	Current bool
}

// Section names a section; its text is "nav.<section>".
type Section string

const (
	SectionHome      Section = "home"
	SectionResidents Section = "residents"
	SectionReview    Section = "review"
	SectionImport    Section = "import"
	SectionReport    Section = "report"
	SectionProvince  Section = "province"
	SectionAudit     Section = "audit"
	SectionMachine   Section = "machine"
	SectionOutbox    Section = "outbox"
	SectionOfficers  Section = "officers"
	SectionHelp      Section = "help"
)

// Href is where the section begins.
func (s Section) Href() string {
	switch s {
	case SectionHome:
		return "/"
	case SectionResidents:
		return "/nhan-khau"
	case SectionReview:
		return "/doi-chieu"
	case SectionImport:
		return "/nhap"
	case SectionReport:
		return "/bao-cao"
	case SectionProvince:
		return "/tinh"
	case SectionAudit:
		return "/nhat-ky"
	case SectionMachine:
		return "/may"
	case SectionOutbox:
		return "/so-cho"
	case SectionOfficers:
		return "/can-bo"
	case SectionHelp:
		return "/huong-dan"
	}
	return ""
}

// Key is the key of its text.
func (s Section) Key() string { return "nav." + string(s) }

// Nav lists these sections with one of them current.
func Nav(current Section, sections ...Section) []NavItem {
	items := make([]NavItem, 0, len(sections))
	for _, s := range sections {
		items = append(items, NavItem{Section: s, Current: s == current})
	}
	return items
}

// LinkKind is how things stand between this machine, its cluster and the
// province.
type LinkKind string

const (
	LinkOK   LinkKind = "ok"   // agreed, the province is up to date
	LinkWait LinkKind = "wait" // something waits to be agreed
	LinkLag  LinkKind = "lag"  // agreed, the province is behind
	LinkCut  LinkKind = "cut"  // no contact with the cluster
	LinkOff  LinkKind = "off"  // a machine that is switched off: nothing wrong
)

// LinkState is that in words: "Đồng thuận với cụm · tỉnh đã nhận đến 14:05".
type LinkState struct {
	Kind LinkKind
	Text string
}

// Tone is how a banner looks: "" plain, "ok", "warn", or "pencil" for what is
// only on this machine so far.
type Tone string

const (
	TonePlain  Tone = ""
	ToneOK     Tone = "ok"
	ToneWarn   Tone = "warn"
	TonePencil Tone = "pencil"
)

// Banner is a message that stays in the page.
type Banner struct {
	Tone    Tone
	Head    string
	Text    string
	Link    Link   // optional
	Settled string // key of the draft this message makes superfluous (Form.Draft)
	Dots    *Dots  // optional: how far what was just saved has come
}

// Link is a place to go. An empty Href is no link.
type Link struct {
	Text, Href string
}

// LiveModel is the answer to an open page that asks what has moved: the link
// strip, and the dots of the commands it asked about.
type LiveModel struct {
	Shell   Shell
	Dots    []Dots
	Tracked []Tracked
}
