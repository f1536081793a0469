"""What the API guide says of the fields of requests about points and rewards."""

from collections.abc import Mapping

_OFFERED = {
    "currency": "Three letters, such as EUR.",
    "at_least": "The smallest purchase. 0: any.",
    "locations": "Where it holds. Empty: everywhere, also on the web.",
    "starts_at": "From when on. Null: at once.",
    "ends_at": "Until when. Null: without an end.",
}
_KEPT = {
    "id": "Keep it: everything else about it goes by it.",
    "version": "On what it stands. It goes back with a change.",
    "created_at": "Since when it is there.",
    "updated_at": "When it was last changed.",
}
_CHANGED = {
    "version": "The one that you have read: nobody's change is overwritten unseen.",
    "state": "`active`, `paused`, or `ended`, which is for good.",
}
_OF_REWARD = {
    **_OFFERED,
    "names": "What it is called, by language: as `de` or `de-AT`.",
    "points": "What it costs. 0 is a gift.",
    "value": "What it is worth, in the smallest unit of the currency.",
    "pos_discount_id": "What your till knows it by.",
    "stock": "How many there are. Null: they are not counted.",
}
_OF_RULE = {
    **_OFFERED,
    "name": "As your staff call it.",
    "points": "So many for each `per_amount`.",
    "per_amount": "In the smallest unit of the currency. What is left over earns nothing.",
}


def _named(schema: str, *said: Mapping[str, str]) -> Mapping[str, str]:
    return {f"{schema}.{name}": words for each in said for name, words in each.items()}


OF_POINTS: Mapping[str, str] = {
    "account_id": "The `account_id` of a card.",
    "reward_id": "The `id` of the reward.",
    "rule_id": "The `id` of the rule.",
    **_named("NewReward", _OF_REWARD),
    **_named("RewardChange", _OF_REWARD, _CHANGED),
    **_named("RewardView", _OF_REWARD, _KEPT),
    "RewardView.state": "Only what is `active` can be had.",
    "RewardView.left": "How many there are still. Null where they are not counted.",
    "RewardPage.rewards": "One page of them.",
    "RewardPage.cursor": "Leads to the next page. Null on the last.",
    **_named("NewEarnRule", _OF_RULE),
    **_named("EarnRuleChange", _OF_RULE, _CHANGED),
    **_named("EarnRuleView", _OF_RULE, _KEPT),
    "EarnRuleView.state": "Only what is `active` earns.",
    "EarnRulePage.earn_rules": "One page of them.",
    "EarnRulePage.cursor": "Leads to the next page. Null on the last.",
    "PointsView.available": "What can be spent.",
    "PointsView.reserved": "What is put by for a purchase that is not over.",
    "NewEarning.amount": "What was paid, in the smallest unit of the currency.",
    "NewEarning.currency": "Only rules of the same currency hold.",
    "NewEarning.order_id": "Your own, and good for one purchase in your whole organisation.",
    "NewEarning.location_id": "Where it was bought; left out on the web.",
    "EarningView.points": "What this purchase has earned: 0, if no rule holds.",
    "EarningView.is_new": "False: the order was told before, and earned these points then.",
    "EarningView.available": "What can be spent now.",
    "EarningView.reserved": "What is put by for a purchase that is not over.",
    "NewAdjustment.points": "Below 0 takes points away. Never more than there are.",
    "NewAdjustment.reason": "It stays in the ledger, so it names nobody.",
    "TransferPage.transfers": "One page of them.",
    "TransferPage.cursor": "Leads to the next page. Null on the last.",
    "TransferView.id": "Its own.",
    "TransferView.kind": "Why points came or went.",
    "TransferView.points": "How many were moved.",
    "TransferView.change": "By how much that changed what can be spent.",
    "TransferView.redemption_id": "For which redemption. Else null.",
    "TransferView.order_id": "By which purchase. Else null.",
    "TransferView.amount": "What was paid for it. Else null.",
    "TransferView.location_id": "Where it was bought. Else null.",
    "TransferView.reason": "What was said to an adjustment. Else null.",
    "TransferView.at": "When.",
    "NewRedeemingBlock.to": "A phone or an email of theirs.",
    "NewRedeemingBlock.reason": "It stays in the ledger, so it names nobody.",
    "NewRedeemingBlock.until": "When they may redeem again. Left out: never by itself.",
    "NewRedeemingLifting.reason": "It stays in the ledger, so it names nobody.",
    "contact_id": "The `contact_id` of the block.",
    "RedeemingBlockView.contact_id": "By it the block is lifted.",
    "RedeemingBlockView.to": "Masked. Null where the contact point is forgotten.",
    "RedeemingBlockView.until": "When it ends by itself. Null: never.",
    "RedeemingBlockView.reason": "What was said to it.",
    "RedeemingBlockView.created_at": "Since when.",
    "RedeemingBlockView.created_by": "Who has put them on the list.",
    "RedeemingBlockPage.redeeming_blocks": "One page of them.",
    "RedeemingBlockPage.cursor": "Leads to the next page. Null on the last.",
    "RedeemingLiftingView.contact_id": "Who may redeem again.",
}
"""By schema and field, as all the others."""
