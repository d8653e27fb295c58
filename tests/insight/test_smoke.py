from linli.insight.domain.comparing import compare, rebuild
def test_smoke(street, case_in, sign_in):
    for state in ("received","filed","dispatched","handling","handled","verified","closed"):
        case_in(state)
    rebuild()
    for who in ("duty_officer","property_manager","department_handler","project_lead","auditor"):
        for path in ("/figures/?on=2026-11-24", "/figures/list/?on=2026-11-24&measure=due","/figures/figures.csv","/figures/figures.xlsx","/figures/public/", "/figures/?by=place&on=2026-11-24&period=year","/figures/?by=post&on=2026-11-24"):
            r = sign_in(who).get(path)
            assert r.status_code == 200, (who, path)
    assert sign_in("administrator").get("/figures/check/").status_code == 200
    c = compare(at=street.now)
    assert (c.facts_wrong, c.cells_wrong) == (0, 0)
