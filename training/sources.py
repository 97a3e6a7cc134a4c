"""Public photo sets of the distillation: what is taken from each, and what never is.

Each set is a bare git snapshot below the folder given to the recipes (OWNER+NAME/repo, or its .git); the pictures stay there.
Nothing that an evaluation uses is ever taken: the reserved lists below are applied here, once, for every recipe.
"""
import re
from dataclasses import dataclass
from pathlib import Path

CALTECH_RESERVED = set(
    "accordion bass brontosaurus car_side cougar_body crocodile_head dragonfly ewer gerenuk hedgehog kangaroo lobster "
    "metronome pagoda pyramid schooner soccer_ball strawberry watch wrench".split())


@dataclass(frozen=True)
class Source:
    """One photo set. `array`: 'sharp', 'scenes' and 'things' (stored large), 'small', 'tiny', 'mini', 'pets', 'more', or 'boxes' (for detection); `whole`/`crops`: views
    of each picture; `every`: take one in N."""
    repository: str
    pattern: str
    array: str
    whole: bool
    crops: int
    every: int = 1


@dataclass(frozen=True)
class Street:
    """Pictures of streets for the mask; `every`: take one in N."""
    repository: str
    pattern: str
    every: int = 1

    def matches(self, path: str) -> bool:
        return re.search(self.pattern, path) is not None


STREETS = [
    Street("ShaySha-PRa/darknet", r"^(train|test)/[0-9]+\.jpg$", every=3),
]

SOURCES = [
    Source("marcusklasson/GroceryStoreDataset", r"^dataset/train/.*\.jpg$", "sharp", True, 3),
    Source("EliSchwartz/imagenet-sample-images", r"\.JPEG$", "sharp", True, 5),
    Source("Obmutescence/COCO-MINI", r"^train2017/.*\.jpg$", "sharp", True, 6),
    Source("MachineLearning2020/Homework2-Caltech101", r"^101_ObjectCategories/.*\.jpg$", "small", True, 0),
    Source("MachineLearning2020/Homework3-PACS", r"^PACS/(photo|art_painting)/.*\.(jpg|png)$", "small", True, 0),
    Source("alexeygrigorev/clothing-dataset", r"^images/.*\.jpg$", "small", False, 1),
    Source("seshuad/IMagenet", r"^tiny-imagenet-200/train/.*\.JPEG$", "small", True, 0, every=7),
    Source("seshuad/IMagenet", r"^tiny-imagenet-200/train/.*\.JPEG$", "tiny", True, 0, every=2),
    Source("Deo0330/split_minidataset", r"^train/.*\.jpg$", "mini", True, 0),
    Source("chanakya2734/Image-classification-using-CNN", r"^dataset/.*\.jpg$", "pets", True, 1),
    Source("thunderInfy/imagenette", r"^train/.*\.JPEG$", "pets", True, 0, every=3),
    Source("quantumnaan/sic_translator", r"^data/images/.*\.jpg$", "scenes", True, 5),
    Source("lightly-ai/coco128_yolo", r"^images/train2017/.*\.jpg$", "scenes", True, 5),
    Source("emanhamed/Houses-dataset", r"\.jpg$", "scenes", True, 0),
    Source("BIDS/BSDS500", r"^BSDS500/data/images/.*\.jpg$", "scenes", True, 2),
    Source("congduytran12/Trash-Classification-", r"^dataset-resized/.*\.jpg$", "scenes", True, 0),
    Source("dongyp13/Translation-Invariant-Attacks", r"^dataset/images/.*\.png$", "things", True, 6),
    Source("quantumnaan/sic_translator", r"^data/images/.*\.jpg$", "boxes", True, 2),
    Source("lightly-ai/coco128_yolo", r"^images/train2017/.*\.jpg$", "boxes", True, 3),
    Source("Obmutescence/COCO-MINI", r"^train2017/.*\.jpg$", "boxes", True, 3),
    Source("emanhamed/Houses-dataset", r"(bedroom|kitchen|bathroom)\.jpg$", "boxes", True, 0, every=2),
    Source("EliSchwartz/imagenet-sample-images", r"\.JPEG$", "boxes", True, 0),
    Source("dongyp13/Translation-Invariant-Attacks", r"^dataset/images/.*\.png$", "boxes", True, 0),
    Source("chanakya2734/Image-classification-using-CNN", r"^dataset/.*\.jpg$", "boxes", True, 0, every=2),
    Source("thunderInfy/imagenette", r"^train/.*\.JPEG$", "boxes", True, 0, every=8),
    Source("MachineLearning2020/Homework2-Caltech101", r"^101_ObjectCategories/.*\.jpg$", "boxes", True, 0, every=3),
    Source("MachineLearning2020/Homework3-PACS", r"^PACS/photo/.*\.(jpg|png)$", "boxes", True, 0),
    Source("BIDS/BSDS500", r"^BSDS500/data/images/.*\.jpg$", "boxes", True, 0),
    Source("congduytran12/Trash-Classification-", r"^dataset-resized/(glass|plastic)/.*\.jpg$", "boxes", True, 0, every=2),
    Source("ajschumacher/imagen", r"^imagen/.*\.jpg$", "more", True, 4),
    Source("pomatokyo/mini-imagenet", r"^imagenet-mini/train/.*\.JPEG$", "more", True, 2),
    Source("InputBlackBoxOutput/popular-animals-dataset", r"\.(jpe?g|png)$", "more", True, 0),
    Source("herene/animals_pictures_classification", r"^dataset/.*\.jpe?g$", "more", True, 1),
    Source("nikhildutta333/Monkey-Species-Classification", r"\.jpg$", "more", True, 0, every=2),
    Source("yinlingmei/CUB_200", r"^Data/.*\.jpg$", "more", True, 1),
    Source("Oldpel/flower_photos", r"^dataset/(train|val)/.*\.jpg$", "more", True, 0, every=5),
    Source("BernieChen96/ImageClassification", r"^JPEGImages/.*\.jpg$", "more", True, 1),
    Source("jurjsorinliviu/Sports-Type-Classifier", r"^data/[a-z_0-9]+/[0-9]+\.(jpe?g|png)$", "more", True, 0, every=7),
    Source("BernieChen96/ImageClassification", r"^JPEGImages/.*\.jpg$", "boxes", True, 1),
    Source("jurjsorinliviu/Sports-Type-Classifier", r"^data/[a-z_0-9]+/[0-9]+\.(jpe?g|png)$", "boxes", True, 0, every=4),
    Source("LS-chen/Pedestrian-behavior-detection-and-prediction", r"^JPEGImages/.*\.jpg$", "boxes", True, 0),
    Source("jdechicchis/ar-semantic-understanding-data", r"^data/images/.*\.jpg$", "boxes", True, 0, every=4),
    Source("herene/animals_pictures_classification", r"^dataset/.*\.jpe?g$", "boxes", True, 0),
    Source("ajschumacher/imagen", r"^imagen/.*\.jpg$", "boxes", True, 1),
    Source("liwenchao956/Traffic-signal-recognition--", r"^VOCdevkit/VOC2007/JPEGImages/.*\.jpg$", "boxes", True, 0),
    Source("garipovazamat/cat_dog_classification", r"^(train|val|test)/.*\.jpg$", "boxes", True, 0, every=4),
    Source("akshay993/Spatial-Pyramid-Matching-for-Scene-Classification", r"^data/.*\.jpg$", "boxes", True, 0, every=2),
    Source("Rohan-Patil-1/Image-to-Poem-Generation-Using-Deep-Generative-Models", r"^data/images/.*\.(jpe?g|png)$", "more", True, 1),
    Source("Sparcraps/Gob-Game-of-Bird", r"^valid/.*/[0-9]+\.jpg$", "more", True, 0),
    Source("NUS-VIP/predicting-human-gaze-beyond-pixels", r"^data/stimuli/.*\.jpg$", "more", True, 4),
    Source("feedmejefferson/images", r"^images/[0-9]+\.jpg$", "more", True, 0),
    Source("lqhl/Painting-Finder", r"^data/.*/[^/]*(?<!contour)\.(jpg|png)$", "more", True, 0),
    Source("MSEDdataset/MSED", r"^(train|dev|test)/images/.*\.jpg$", "more", True, 1, every=4),
    Source("mzahid36/Image-captioning-dataset-BCG-", r"^Images/[0-9]+\.jpg$", "more", True, 0, every=2),
    Source("lehtoneo/cross-platform-inference-data-api", r"^coco/[0-9]+\.jpg$", "more", True, 0),
    Source("Yanakz/Scene", r"^data/stimuli/.*\.jpg$", "more", True, 0),
    Source("NUS-VIP/predicting-human-gaze-beyond-pixels", r"^data/stimuli/.*\.jpg$", "boxes", True, 3),
    Source("mzahid36/Image-captioning-dataset-BCG-", r"^Images/[0-9]+\.jpg$", "boxes", True, 0, every=2),
    Source("MSEDdataset/MSED", r"^(train|dev|test)/images/.*\.jpg$", "boxes", True, 0, every=3),
    Source("lqhl/Painting-Finder", r"^data/.*/[^/]*(?<!contour)\.(jpg|png)$", "boxes", True, 0),
    Source("lehtoneo/cross-platform-inference-data-api", r"^ade20k/ADE_val_.*\.jpg$", "boxes", True, 0, every=2),
    Source("Rohan-Patil-1/Image-to-Poem-Generation-Using-Deep-Generative-Models", r"^data/images/.*\.(jpe?g|png)$", "boxes", True, 0, every=6),
    Source("ruixuejianfei/SYSU-Scene", r"^images/\d+\.jpg$", "more", True, 1),
    Source("ankitrathore25/image_dataset", r"^images/\d+\.jpg$", "more", True, 1),
    Source("maindolaamit/AVA_dataset", r"^images/\d+\.jpg$", "more", True, 1),
    Source("Abivishaq/dataset_flickrr2", r"^\d+\.jpg$", "more", True, 0),
    Source("baskarangowtham4-cloud/Visual-Search-System", r"^images/\d+\.jpg$", "more", True, 1),
    Source("liyunfan1223/multimodal-sentiment-analysis", r"^data/\d+\.jpg$", "more", True, 0, every=2),
    Source("sekhar14/image-similarity-pytorch", r"^(dataset|testing)/\d+\.jpg$", "more", True, 0, every=4),
    Source("ruixuejianfei/SYSU-Scene", r"^images/\d+\.jpg$", "boxes", True, 0),
    Source("ankitrathore25/image_dataset", r"^images/\d+\.jpg$", "boxes", True, 1),
    Source("maindolaamit/AVA_dataset", r"^images/\d+\.jpg$", "boxes", True, 0),
    Source("Abivishaq/dataset_flickrr2", r"^\d+\.jpg$", "boxes", True, 0),
    Source("baskarangowtham4-cloud/Visual-Search-System", r"^images/\d+\.jpg$", "boxes", True, 0),
    Source("liyunfan1223/multimodal-sentiment-analysis", r"^data/\d+\.jpg$", "boxes", True, 0, every=3),
    Source("bearpaw/clothing-co-parsing", r"^photos/\d+\.jpg$", "boxes", True, 0, every=6),
    Source("vincent317/GTEA_GAZE_PLUS-VOC2007-format-", r"^JPEGImages/\d+\.jpg$", "boxes", True, 0, every=5),
]


def git_dir(sets: Path, repository: str) -> Path:
    base = sets / repository.replace("/", "+") / "repo"
    return base / ".git" if (base / ".git").is_dir() else base


def allowed(source: Source, path: str, reserved_stems: set[str]) -> bool:
    """Whether a path of the set may be trained on."""
    if not re.search(source.pattern, path):
        return False
    if "Caltech101" in source.repository:
        return path.split("/")[1] not in CALTECH_RESERVED
    return Path(path).stem not in reserved_stems
