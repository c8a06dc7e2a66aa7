"""Endings by which the name of a drug is recognized, even of one that is not in the lexicon."""

_DRUG_ENDING_WORDS = """
    azepam azepine azine azole azone azosin bactam barbital bicin caine cainide cept ciclovir cillin citabine codone
    conazole coxib curium cycline dafil dipine dronate entan fentanil fibrate floxacin flurane gabalin gatran
    gliflozin gliptin glitazone glutide grastim grel idone kinra limus lukast mab micin morphone mycin navir nib
    nidazole olol olone oxetine parib parin penem pezil platin poetin pramine prazole pril profen racetam rizine
    rubicin sartan semide setron sone statin stigmine tadine taxel tecan tegravir terol thiazide tidine tinib trexed
    triptan triptyline tropium vastatin vir vudine xaban zepam zolam zomib
"""
DRUG_ENDINGS = tuple(_DRUG_ENDING_WORDS.split())
"""The endings by which the names of drugs of a class are alike, after the list of the World Health Organization and the
United States Adopted Names. A drug that is not known is none of the others of its class."""
