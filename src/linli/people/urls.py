from django.urls import path

from linli.people.views import account, demo, office, roster, sign_in

app_name = "people"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.code, name="code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("start/", sign_in.start, name="start"),
    path("invitation/<str:token>/", sign_in.invitation, name="invitation"),
    path("account/", account.account, name="account"),
    path("account/consents/<str:purpose>/", account.withdraw, name="withdraw"),
    path("account/sign-out-everywhere/", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("post/", account.choose_post, name="choose_post"),
    path("demo/", demo.cards, name="demo"),
    path("demo/<slug:card>/", demo.take_card, name="take_card"),
    path("people/", office.office, name="office"),
    path("people/organisations/new/", office.new_organisation, name="new_organisation"),
    path("people/organisations/<int:organisation>/name/", office.rename_organisation, name="rename_organisation"),
    path("people/organisations/<int:organisation>/close/", office.close_organisation, name="close_organisation"),
    path("people/organisations/<int:organisation>/posts/new/", office.new_post, name="new_post"),
    path("people/posts/<int:post>/", office.post, name="post"),
    path("people/posts/<int:post>/change/", office.change_post, name="change_post"),
    path("people/posts/<int:post>/invite/", office.invite, name="invite"),
    path("people/posts/<int:post>/appoint/", office.appoint, name="appoint"),
    path("people/posts/<int:post>/hand-over/", office.hand_over, name="hand_over"),
    path("people/posts/<int:post>/vacate/<int:holding>/", office.vacate, name="vacate"),
    path("people/posts/<int:post>/close/", office.close_post, name="close_post"),
    path("people/accounts/", office.accounts, name="accounts"),
    path("people/accounts/<int:account>/invite/", office.invite_back, name="invite_back"),
    path("people/accounts/<int:account>/close/", office.close_account, name="close_account"),
    path("people/roster/", roster.roster, name="roster"),
    path("people/roster/new/", roster.new_duty, name="new_duty"),
    path("people/roster/plan/", roster.plan, name="plan"),
    path("people/roster/<int:pk>/remove/", roster.remove_duty, name="remove_duty"),
    path("people/acts/", office.acts, name="acts"),
]
