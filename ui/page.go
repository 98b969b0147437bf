package ui

import "reflect"

// Page names what Render can render. Fragments are pages without a shell, sent
// to a page that is already open.
type Page string

const (
	PageLogin         Page = "login"           // vào làm việc, /vao
	PageFirst         Page = "first"           // lần đầu, /lan-dau
	PageUnlock        Page = "unlock"          // mở khoá máy niêm phong, /mo-khoa
	PageSecurity      Page = "security"        // bảo mật, /bao-mat
	PageSecond        Page = "second"          // đặt xác thực hai lớp, /bao-mat/hai-lop
	PageRecovery      Page = "recovery"        // mã dự phòng, hiện một lần
	PageConfirm       Page = "confirm"         // hỏi lại trước một việc không làm lại được
	PageSessions      Page = "sessions"        // phiên đang mở, /phien
	PageTokens        Page = "tokens"          // thẻ cho chương trình, /the
	PageOfficers      Page = "officers"        // cán bộ, /can-bo
	PageOfficer       Page = "officer"         // một cán bộ, /can-bo/{id}
	PageOfficerForm   Page = "officer-form"    // giao quyền, /can-bo/moi, /can-bo/{id}/sua
	PageTeamForm      Page = "team-form"       // tổ công tác, /to-cong-tac/moi, /to-cong-tac/{id}
	PageCodes         Page = "codes"           // mã một lần đã cấp, /ma-mot-lan
	PageHome          Page = "home"            // hôm nay, /
	PageResidents     Page = "residents"       // nhân khẩu, /nhan-khau
	PageResident      Page = "resident"        // một người, /nhan-khau/{id}
	PageHousehold     Page = "household"       // một hộ, /ho/{id}
	PageLevel1        Page = "level1"          // khai mức 1, /nhan-khau/{id}/khai
	PageVisit         Page = "visit"           // lượt đến nhà, /ho/{id}/den
	PageActivation    Page = "activation"      // kích hoạt, /nhan-khau/{id}/kich-hoat
	PageHouseholdForm Page = "household-form"  // hộ mới, /ho/moi
	PageResidentForm  Page = "resident-form"   // người mới, /nhan-khau/moi
	PageResidentEdit  Page = "resident-edit"   // sửa, /nhan-khau/{id}/sua
	PageExport        Page = "export"          // xuất bảng tính, /xuat/nhan-khau
	PageSignals       Page = "signals"         // cần xem lại, /dau-hieu
	PageImport        Page = "import"          // nhập danh sách, /nhap
	PageMachine       Page = "machine"         // đường truyền, /may
	PageReport        Page = "report"          // giao ban, /bao-cao
	PageReview        Page = "review"          // đối chiếu, /doi-chieu
	PageProvince      Page = "province"        // các cụm gửi về, /tinh
	PageOutbox        Page = "outbox"          // chờ trên máy này, /so-cho
	PageAudit         Page = "audit"           // nhật ký, /nhat-ky
	PageMessage       Page = "message"         // không có, không được xem, lỗi, chưa đọc được
	PageTrust         Page = "trust"           // tin cậy chứng chỉ của cụm, /tin-cay
	PageHelp          Page = "help"            // hướng dẫn, /huong-dan
	PageHouseholdEdit Page = "household-edit"  // sửa hộ, /ho/{id}/sua
	PageSplit         Page = "household-split" // tách hộ, /ho/{id}/tach
	PageMerge         Page = "household-merge" // gộp hộ, /ho/{id}/gop
	PageHamlets       Page = "hamlets"         // tổ, thôn, /to
	PageHamletForm    Page = "hamlet-form"     // một tổ, thôn, /to/moi, /to/{code}
	PageWorkList      Page = "worklist"        // chưa có số, chưa rõ chỗ ở, sắp đủ 14, /nhan-khau/chua-co-so, …
	PageParts         Page = "parts"           // các phần của giao diện, /cac-phan
	PageWizard        Page = "wizard"          // xem thử một danh sách, /nhap/{id}
	PageScan          Page = "scan"            // quét thẻ, /quet
	PagePairs         Page = "pairs"           // nghi trùng, /trung
	PagePair          Page = "pair"            // hai phiếu, /trung/{a}/{b}
	PageMember        Page = "member"          // một máy của cụm, /may/thanh-vien/{node}
	PageInvite        Page = "invite"          // mời máy mới, /may/moi
	PagePoster        Page = "poster"          // tờ dán, /tin-cay/to-dan

	FragmentLive      Page = "live"              // /song: the link strip and dots of an open page
	FragmentResidents Page = "residents-results" // /nhan-khau as one types
	FragmentJobs      Page = "jobs"              // /nhap/viec: progress of imports
	FragmentDry       Page = "dry"               // /nhap/{id}/thu: what a list would do

	PagePlans    Page = "plans"         // sắp xếp đơn vị, /dia-gioi
	PagePlan     Page = "plan"          // một phương án, /dia-gioi/{id}
	PagePlanForm Page = "plan-form"     // lập, sửa phương án, /dia-gioi/moi, /dia-gioi/{id}/sua
	FragmentPlan Page = "plan-progress" // /dia-gioi/{id}/tien-do: how far it is

	PageListForm Page = "list-form" // lưu danh sách, /danh-sach/moi, /danh-sach/{id}
	PageSheet    Page = "sheet"     // phiếu tuyến, /nhan-khau/in
	PageSeveral  Page = "several"   // việc cho nhiều người, /nhan-khau/ghi-luot, /nhan-khau/chuyen-to
	PageDone     Page = "done"      // việc cho nhiều người: từng dòng ra sao
	PageExports  Page = "exports"   // các bản xuất, /xuat

	FragmentExports Page = "exports-jobs" // /xuat/viec: progress of exports
)

// layout is the frame a page is put into.
type layout string

const (
	leaf  layout = "leaf"  // shell, ruled margin, page
	cover layout = "cover" // no shell: before anybody has signed in
	bare  layout = "bare"  // a fragment
)

// declared says of each page where its templates stand, what frames it, and
// which type its model must have.
type declared struct {
	file   string
	frame  layout
	model  reflect.Type
	define string // the template of a fragment
}

var table = map[Page]declared{
	PageLogin:         page[LoginModel]("login", cover),
	PageFirst:         page[FirstModel]("first", cover),
	PageUnlock:        page[UnlockModel]("unlock", cover),
	PageSecurity:      page[SecurityModel]("security", leaf),
	PageSecond:        page[SecondModel]("second", leaf),
	PageRecovery:      page[RecoveryModel]("recovery", leaf),
	PageConfirm:       page[ConfirmModel]("confirm", leaf),
	PageSessions:      page[SessionsModel]("sessions", leaf),
	PageTokens:        page[TokensModel]("tokens", leaf),
	PageOfficers:      page[OfficersModel]("officers", leaf),
	PageOfficer:       page[OfficerModel]("officer", leaf),
	PageOfficerForm:   page[OfficerFormModel]("officer-form", leaf),
	PageTeamForm:      page[TeamFormModel]("team-form", leaf),
	PageCodes:         page[CodesModel]("codes", leaf),
	PageHome:          page[HomeModel]("home", leaf),
	PageResidents:     page[ResidentsModel]("residents", leaf),
	PageResident:      page[ResidentModel]("resident", leaf),
	PageHousehold:     page[HouseholdModel]("household", leaf),
	PageLevel1:        page[Level1Model]("level1", leaf),
	PageVisit:         page[VisitModel]("visit", leaf),
	PageActivation:    page[ActivationModel]("activation", leaf),
	PageHouseholdForm: page[HouseholdFormModel]("household-form", leaf),
	PageResidentForm:  page[ResidentFormModel]("resident-form", leaf),
	PageResidentEdit:  page[ResidentEditModel]("resident-edit", leaf),
	PageExport:        page[ExportModel]("export", leaf),
	PageSignals:       page[SignalsModel]("signals", leaf),
	PageImport:        page[ImportModel]("import", leaf),
	PageMachine:       page[MachineModel]("machine", leaf),
	PageReport:        page[ReportModel]("report", leaf),
	PageReview:        page[ReviewModel]("review", leaf),
	PageProvince:      page[ProvinceModel]("province", leaf),
	PageOutbox:        page[OutboxModel]("outbox", leaf),
	PageAudit:         page[AuditModel]("audit", leaf),
	PageMessage:       page[MessageModel]("message", leaf),
	PageTrust:         page[TrustModel]("trust", leaf),
	PageHelp:          page[HelpModel]("help", leaf),
	PageParts:         page[PartsModel]("parts", leaf),
	PageHouseholdEdit: page[HouseholdEditModel]("household-edit", leaf),
	PageSplit:         page[HouseholdSplitModel]("household-split", leaf),
	PageMerge:         page[HouseholdMergeModel]("household-merge", leaf),
	PageHamlets:       page[HamletsModel]("hamlets", leaf),
	PageHamletForm:    page[HamletFormModel]("hamlet-form", leaf),
	PageWorkList:      page[WorkListModel]("worklist", leaf),
	PageWizard:        page[WizardModel]("wizard", leaf),
	PageScan:          page[ScanModel]("scan", leaf),
	PagePairs:         page[PairsModel]("pairs", leaf),
	PagePair:          page[PairModel]("pair", leaf),
	PageMember:        page[MemberModel]("member", leaf),
	PageInvite:        page[InviteModel]("invite", leaf),
	PagePoster:        page[PosterModel]("poster", leaf),

	FragmentLive:      fragment[LiveModel]("live", "live"),
	FragmentResidents: fragment[ResidentsModel]("residents", "answer"),
	FragmentJobs:      fragment[ImportModel]("import", "jobs"),
	FragmentDry:       fragment[WizardModel]("wizard", "dry"),

	PagePlans:    page[PlansModel]("plans", leaf),
	PagePlan:     page[PlanModel]("plan", leaf),
	PagePlanForm: page[PlanFormModel]("plan-form", leaf),
	FragmentPlan: fragment[PlanModel]("plan", "plan-body"),

	PageListForm:    page[ListFormModel]("list-form", leaf),
	PageSheet:       page[SheetModel]("sheet", leaf),
	PageSeveral:     page[SeveralModel]("several", leaf),
	PageDone:        page[DoneModel]("done", leaf),
	PageExports:     page[ExportsModel]("exports", leaf),
	FragmentExports: fragment[ExportsModel]("exports", "export-jobs"),
}

func page[M any](file string, frame layout) declared {
	return declared{file: file, frame: frame, model: reflect.TypeFor[M]()}
}

func fragment[M any](file, define string) declared {
	return declared{file: file, frame: bare, model: reflect.TypeFor[M](), define: define}
}
