"""The words of this module: refusals, states, kinds, notices."""

from django.utils.translation import gettext_lazy as _

from tiejun.foundation import audit

audit.register(
    {
        "marketing.source_set": _("Source set"),
    }
)
